-- One counter per tenant, raised by every change that a page could show; caches carry it in their keys.
CREATE TABLE content_revision (
    tenant_id TEXT PRIMARY KEY,
    revision BIGINT NOT NULL
);

-- Everything that can be published, of all modules: the fields that all of them have.
CREATE TABLE content_index (
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    seq BIGINT NOT NULL UNIQUE,
    module TEXT NOT NULL,
    state TEXT NOT NULL,
    ap_id TEXT NOT NULL,
    path TEXT NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    title_stems TEXT NOT NULL,
    territory TEXT,
    oblast TEXT,
    licence TEXT NOT NULL,
    origin TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, object)
);
CREATE UNIQUE INDEX content_index_ap_id ON content_index (tenant_id, ap_id);
CREATE INDEX content_index_newest ON content_index (tenant_id, state, published_at, object, seq);
CREATE INDEX content_index_module ON content_index (tenant_id, module, state, published_at, object, seq);
CREATE INDEX content_index_territory ON content_index (tenant_id, territory);

-- A value of a facet (module, class, region, year, language, or a module's own) and how many public entries have it.
CREATE TABLE content_term (
    id BIGINT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    module TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    n BIGINT NOT NULL
);
CREATE UNIQUE INDEX content_term_value ON content_term (tenant_id, name, value, module);
