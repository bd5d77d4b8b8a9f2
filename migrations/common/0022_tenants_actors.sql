-- Actors of our own: the community, its desks, its people, its server.
CREATE TABLE local_actor (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    username TEXT NOT NULL,
    account_id TEXT,
    keys BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX local_actor_name ON local_actor (tenant_id, kind, name);
CREATE UNIQUE INDEX local_actor_username ON local_actor (tenant_id, username);
CREATE INDEX local_actor_account ON local_actor (tenant_id, account_id);
