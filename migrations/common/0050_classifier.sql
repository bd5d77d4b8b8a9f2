-- Editions of the classifier that differ from the shipped one; the newest is in force, older ones stay citable.
CREATE TABLE classifier_edition (
    tenant_id TEXT NOT NULL,
    edition BIGINT NOT NULL,
    dated TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, edition)
);

-- What was proposed, and what became of it.
CREATE TABLE classifier_proposal (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    notation TEXT,
    change TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    by_account TEXT,
    by_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_name TEXT,
    decision TEXT,
    decided_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX classifier_proposal_state ON classifier_proposal (tenant_id, state, id);

CREATE TABLE classifier_remark (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    proposal TEXT NOT NULL,
    by_account TEXT,
    by_name TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX classifier_remark_proposal ON classifier_remark (tenant_id, proposal, id);

-- The history: what changed in which edition, who decided it and why; one row for each concept that a change touched.
CREATE TABLE classifier_change (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    edition BIGINT NOT NULL,
    notation TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX classifier_change_notation ON classifier_change (tenant_id, notation, id);
