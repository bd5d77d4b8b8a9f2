-- Verified deliveries: the raw bytes, and what became of them.
CREATE TABLE inbox_item (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    body BYTEA NOT NULL,
    actor TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    position BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_try BIGINT NOT NULL,
    last_error TEXT,
    received_at BIGINT NOT NULL,
    finished_at BIGINT,
    UNIQUE (tenant_id, activity_id)
);
CREATE INDEX inbox_item_due ON inbox_item (state, position);

-- The same address with other bytes: kept once, for a person to look at.
CREATE TABLE inbox_quarantine (
    tenant_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    body BYTEA NOT NULL,
    actor TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, activity_id)
);
