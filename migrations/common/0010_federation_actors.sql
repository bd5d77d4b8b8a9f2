-- Actors of other servers, once per node, as last seen at their origin.
CREATE TABLE remote_actor (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    url TEXT NOT NULL,
    icon TEXT,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    outbox TEXT,
    followers TEXT,
    featured TEXT,
    handle TEXT,
    keys TEXT NOT NULL,
    document TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    gone_at BIGINT
);
CREATE INDEX remote_actor_host ON remote_actor (host);

-- What its owner deleted stays deleted, whatever comes later.
CREATE TABLE tombstone (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    deleted_at BIGINT NOT NULL
);
