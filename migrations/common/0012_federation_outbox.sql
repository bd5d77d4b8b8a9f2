-- One append-only log per tenant and stream; the head is locked last in a unit of work.
CREATE TABLE outbox_head (
    tenant_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    chain BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, stream)
);

CREATE TABLE outbox_log (
    tenant_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    activity_id TEXT NOT NULL UNIQUE,
    object_id TEXT,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    public SMALLINT NOT NULL,
    bytes BYTEA NOT NULL,
    sha256 BYTEA NOT NULL,
    chain BYTEA NOT NULL,
    audience TEXT NOT NULL,
    receivers BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, stream, seq)
);
CREATE INDEX outbox_log_actor ON outbox_log (tenant_id, actor, public, seq);
CREATE INDEX outbox_log_object ON outbox_log (tenant_id, object_id);

-- How far each inbox has been served, and how far it is to be.
CREATE TABLE outbox_cursor (
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    acked_seq BIGINT NOT NULL,
    wanted_seq BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (inbox, tenant_id, stream)
);
CREATE INDEX outbox_cursor_pending ON outbox_cursor (host, tenant_id) WHERE acked_seq < wanted_seq;
CREATE INDEX outbox_cursor_tenant ON outbox_cursor (tenant_id, stream);

-- Only what an inbox refused.
CREATE TABLE outbox_failure (
    inbox TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    status BIGINT NOT NULL,
    error TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, stream, seq, inbox)
);

-- Other servers, as far as delivering to them goes.
CREATE TABLE peer (
    host TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    fail_count BIGINT NOT NULL,
    window_start BIGINT NOT NULL,
    opened_at BIGINT,
    next_try BIGINT NOT NULL,
    last_ok BIGINT,
    last_error TEXT,
    last_status BIGINT
);
