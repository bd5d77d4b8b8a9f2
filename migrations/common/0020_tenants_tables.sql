-- Communities and the hub: who is served here, under which names.
CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    name_uk TEXT NOT NULL,
    name_en TEXT NOT NULL,
    katottg TEXT,
    handle TEXT NOT NULL,
    birth_url TEXT NOT NULL,
    host TEXT NOT NULL,
    accent TEXT NOT NULL,
    moderation TEXT NOT NULL,
    registration SMALLINT NOT NULL,
    contact TEXT NOT NULL,
    about_uk TEXT NOT NULL,
    about_en TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenant_katottg ON tenant (katottg);

CREATE TABLE tenant_host (
    host TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX tenant_host_of ON tenant_host (tenant_id);

-- Several processes may share a database: each looks here whether its directory of tenants is old.
CREATE TABLE tenant_revision (
    id SMALLINT PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO tenant_revision (id, revision) VALUES (1, 0);
