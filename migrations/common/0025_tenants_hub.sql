-- At the hub: communities whose practices it takes in.
CREATE TABLE hub_community (
    tenant_id TEXT NOT NULL,
    host TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    name TEXT NOT NULL,
    katottg TEXT,
    state TEXT NOT NULL,
    admitted_by TEXT NOT NULL,
    admitted_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, host)
);

-- At a node: desks of the hub as they were last seen, and the key under which they were first seen.
CREATE TABLE hub_link (
    url TEXT NOT NULL,
    desk TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    authority_key TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (url, desk)
);
