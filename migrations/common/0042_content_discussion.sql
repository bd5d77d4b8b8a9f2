-- What people said about something in the index, here or on other servers.
CREATE TABLE discussion_comment (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    parent TEXT,
    depth SMALLINT NOT NULL,
    ap_id TEXT NOT NULL,
    url TEXT,
    account TEXT,
    actor TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    author_url TEXT,
    body TEXT NOT NULL,
    warning TEXT,
    lang TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX discussion_comment_ap_id ON discussion_comment (tenant_id, ap_id);
CREATE INDEX discussion_comment_thread ON discussion_comment (tenant_id, object, published_at, id);
CREATE INDEX discussion_comment_queue ON discussion_comment (tenant_id, state, received_at, id);
CREATE INDEX discussion_comment_account ON discussion_comment (tenant_id, account, received_at);
CREATE INDEX discussion_comment_actor ON discussion_comment (tenant_id, actor, received_at);

-- Likes and shares from the fediverse; a public sympathy counter, never a ballot.
CREATE TABLE discussion_reaction (
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    activity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, object, kind, actor)
);
CREATE INDEX discussion_reaction_activity ON discussion_reaction (tenant_id, activity);
CREATE INDEX discussion_reaction_actor ON discussion_reaction (tenant_id, actor);
