-- Files that people put up; the bytes lie on disk under their hash.
CREATE TABLE file (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    thumb_sha256 TEXT,
    thumb_media_type TEXT,
    thumb_size BIGINT,
    thumb_width BIGINT,
    thumb_height BIGINT,
    name TEXT NOT NULL,
    alt TEXT NOT NULL,
    width BIGINT,
    height BIGINT,
    original_name TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX file_sha256 ON file (sha256);
CREATE INDEX file_thumb_sha256 ON file (thumb_sha256);

-- Which object shows which file, as what and in which order.
CREATE TABLE file_link (
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    file_id TEXT NOT NULL,
    role TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, object, file_id)
);
CREATE INDEX file_link_file ON file_link (tenant_id, file_id);

-- Files of objects that came from other servers: the address stays, a picture gets a copy of our own.
CREATE TABLE file_remote (
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    position BIGINT NOT NULL,
    url TEXT NOT NULL,
    media_type TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (tenant_id, object, position)
);
