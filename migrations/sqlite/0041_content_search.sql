-- The stems of each public entry, and the engine's index over them. Stems are separated by single
-- spaces and analysed by us, so the tokenizer must leave them alone: `ascii` takes every other letter as it is.
CREATE TABLE content_text (
    seq INTEGER PRIMARY KEY,
    stems TEXT NOT NULL
);
CREATE VIRTUAL TABLE content_fts USING fts5(
    stems, content = 'content_text', content_rowid = 'seq', tokenize = 'ascii', detail = 'none', columnsize = 0
);
CREATE TRIGGER content_text_insert AFTER INSERT ON content_text BEGIN
    INSERT INTO content_fts (rowid, stems) VALUES (new.seq, new.stems);
END;
CREATE TRIGGER content_text_delete AFTER DELETE ON content_text BEGIN
    INSERT INTO content_fts (content_fts, rowid, stems) VALUES ('delete', old.seq, old.stems);
END;
CREATE TRIGGER content_text_update AFTER UPDATE ON content_text BEGIN
    INSERT INTO content_fts (content_fts, rowid, stems) VALUES ('delete', old.seq, old.stems);
    INSERT INTO content_fts (rowid, stems) VALUES (new.seq, new.stems);
END;

-- Which public entry has which value; own = 0 for a class that follows only from a narrower one.
CREATE TABLE content_facet (
    seq BIGINT NOT NULL,
    term BIGINT NOT NULL,
    own SMALLINT NOT NULL,
    PRIMARY KEY (seq, term)
) WITHOUT ROWID;
CREATE INDEX content_facet_term ON content_facet (term, seq);
