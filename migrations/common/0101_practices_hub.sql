-- Practices of other nodes, each kept once per node under its address.
CREATE TABLE practices_remote (
    ap_id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_handle TEXT NOT NULL,
    url TEXT NOT NULL,
    replies TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT NOT NULL,
    number BIGINT NOT NULL,
    review_due BIGINT,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE TABLE practices_remote_revision (
    ap_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    card TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (ap_id, number)
);

-- What the hub's curators think of a remote practice.
CREATE TABLE practices_curation (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ap_id TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    community TEXT NOT NULL,
    class TEXT NOT NULL,
    note TEXT NOT NULL,
    curator TEXT NOT NULL,
    seen_number BIGINT NOT NULL,
    announce TEXT,
    add_activity TEXT,
    queued_at BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX practices_curation_ap ON practices_curation (tenant_id, ap_id);
CREATE INDEX practices_curation_queue ON practices_curation (tenant_id, state, queued_at, id);

-- Every decision, the newest last.
CREATE TABLE practices_curation_step (
    tenant_id TEXT NOT NULL,
    curation TEXT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    done_by TEXT NOT NULL,
    decision TEXT NOT NULL,
    class TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tenant_id, curation, at, id)
);
