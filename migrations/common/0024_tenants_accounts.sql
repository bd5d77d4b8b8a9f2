-- People of this node; the address is sealed and found by its keyed hash.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    email_sealed BYTEA NOT NULL,
    email_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What an account may do in a tenant, and until when.
CREATE TABLE membership (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    until_at BIGINT,
    granted_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, role)
);
CREATE INDEX membership_account ON membership (account_id);

CREATE TABLE node_admin (
    account_id TEXT PRIMARY KEY,
    granted_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle_ms BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id, tenant_id);
CREATE INDEX session_expires ON session (expires_at);

-- Failed sign-ins by account and network, both hashed.
CREATE TABLE sign_in_failure (
    tenant_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX sign_in_failure_age ON sign_in_failure (last_at);
