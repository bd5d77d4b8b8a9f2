-- The codifier of territorial units, one copy per node. Identity is the five-digit tail of the code;
-- code, parent, category and name have validity. Dates are `YYYY-MM-DD` of the edition that first
-- showed the row (valid_from) or no longer shows it (valid_to).
CREATE TABLE territory (
    tail TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    -- 1 for the last known state of the object, also when it was closed; exactly one per tail.
    latest SMALLINT NOT NULL,
    code TEXT NOT NULL,
    parent_tail TEXT,
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    -- Millionths of a degree, WGS 84.
    lat BIGINT,
    lon BIGINT,
    PRIMARY KEY (tail, valid_from)
);
CREATE UNIQUE INDEX territory_latest ON territory (tail) WHERE latest = 1;
CREATE INDEX territory_code ON territory (code);
CREATE INDEX territory_children ON territory (parent_tail, sort_key) WHERE latest = 1;
CREATE INDEX territory_category ON territory (category, sort_key) WHERE latest = 1;

-- What a unit may be found by: 0 its name, 1 the name of its seat, 2 a later word of its name, 3 a former name.
-- Keys hold a-z and 0-9 only, so that every collation orders them as bytes.
CREATE TABLE territory_key (
    key TEXT NOT NULL,
    tail TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    PRIMARY KEY (key, tail, kind)
);

CREATE TABLE territory_successor (
    tail TEXT NOT NULL,
    successor_tail TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (tail, successor_tail)
);
CREATE INDEX territory_successor_back ON territory_successor (successor_tail);

-- What was imported, in order; the last row names the edition in force.
CREATE TABLE territory_edition (
    seq BIGINT PRIMARY KEY,
    edition TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    objects BIGINT NOT NULL,
    added BIGINT NOT NULL,
    renamed BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    recategorised BIGINT NOT NULL,
    closed BIGINT NOT NULL
);
