-- The stems of each public entry, and the engine's index over them. The stems are taken word for word,
-- because the server's own parser would cut some of them again.
CREATE SEQUENCE content_seq;
CREATE TABLE content_text (
    seq BIGINT NOT NULL PRIMARY KEY,
    stems TEXT NOT NULL,
    vector tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(stems, ' '))) STORED
);
CREATE INDEX content_text_vector ON content_text USING gin (vector);

-- Which public entry has which value; own = 0 for a class that follows only from a narrower one.
CREATE TABLE content_facet (
    seq BIGINT NOT NULL,
    term BIGINT NOT NULL,
    own SMALLINT NOT NULL,
    PRIMARY KEY (seq, term)
);
CREATE INDEX content_facet_term ON content_facet (term, seq);
