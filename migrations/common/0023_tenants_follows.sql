-- Who follows our actors, from and until which place in the tenant's log.
CREATE TABLE follower (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    remote_actor TEXT NOT NULL,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    follow_id TEXT NOT NULL,
    since_seq BIGINT NOT NULL,
    until_seq BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX follower_live ON follower (tenant_id, actor_id, remote_actor) WHERE until_seq IS NULL;
CREATE INDEX follower_inbox ON follower (tenant_id, actor_id, inbox);
CREATE INDEX follower_gone ON follower (inbox);
CREATE INDEX follower_remote ON follower (remote_actor);

-- Whom our actors follow.
CREATE TABLE following (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    remote_actor TEXT NOT NULL,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    follow_id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE UNIQUE INDEX following_one ON following (tenant_id, actor_id, remote_actor);
CREATE INDEX following_by_id ON following (tenant_id, follow_id);

-- Hosts that a tenant does not deal with; the tenant '*' stands for the whole node.
CREATE TABLE domain_block (
    tenant_id TEXT NOT NULL,
    host TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, host)
);
