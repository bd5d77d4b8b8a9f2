-- Practices written here; every saved card is a row of its own.
CREATE TABLE practices_practice (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    evidence TEXT NOT NULL,
    evidence_note TEXT NOT NULL,
    remarks TEXT NOT NULL,
    external_id TEXT,
    adopted_from TEXT,
    activity TEXT,
    review_due BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX practices_practice_state ON practices_practice (tenant_id, state, updated_at, id);
CREATE INDEX practices_practice_author ON practices_practice (tenant_id, author, state);
CREATE INDEX practices_practice_due ON practices_practice (tenant_id, state, review_due);
CREATE UNIQUE INDEX practices_practice_external ON practices_practice (tenant_id, external_id);

CREATE TABLE practices_revision (
    tenant_id TEXT NOT NULL,
    practice TEXT NOT NULL,
    number BIGINT NOT NULL,
    card TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    note TEXT NOT NULL,
    published SMALLINT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, practice, number)
);

-- What the hub said about a practice of ours.
CREATE TABLE practices_decision (
    tenant_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    practice TEXT NOT NULL,
    decision TEXT NOT NULL,
    class TEXT NOT NULL,
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, activity)
);
CREATE INDEX practices_decision_practice ON practices_decision (tenant_id, practice, decided_at);
