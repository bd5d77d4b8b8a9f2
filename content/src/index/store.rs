//! SQL of the index: one text for both engines, but for the words' match and the next number.

use ratusha_platform::{Engine, Sql, TenantId, Timestamp, db::Conn, text::search};
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::model::{Entry, Hit, Order, Query, State};

/// One point of relevance outweighs every date (2^44 ms is the year 2527).
const POINT: i64 = 1 << 44;

/// Which engine answers on `conn`.
#[must_use]
pub fn engine(conn: &Conn) -> Engine {
    if conn.backend_name() == "SQLite" { Engine::Sqlite } else { Engine::Postgres }
}

/// Words of a query: all groups must match, each by one of its stems.
pub type Words = Vec<Vec<String>>;

#[derive(FromRow)]
struct HitRow {
    seq: i64,
    sort_key: i64,
    object: String,
    module: String,
    state: String,
    ap_id: String,
    path: String,
    lang: String,
    title: String,
    summary: String,
    territory: Option<String>,
    oblast: Option<String>,
    licence: String,
    origin: String,
    published_at: i64,
    updated_at: i64,
}

impl HitRow {
    fn found(self) -> Found {
        let hit = Hit {
            object: self.object,
            module: self.module,
            state: State::parse(&self.state),
            ap_id: self.ap_id,
            path: self.path,
            lang: self.lang,
            title: self.title,
            summary: self.summary,
            territory: self.territory,
            oblast: self.oblast,
            licence: self.licence,
            origin: self.origin,
            concepts: Vec::new(),
            facets: Vec::new(),
            published_at: Timestamp(self.published_at),
            updated_at: Timestamp(self.updated_at),
        };
        Found { seq: self.seq, sort_key: self.sort_key, hit }
    }
}

/// A hit with its number and its place in the order.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its number, which the facet rows carry.
    pub seq: i64,
    /// The sort value.
    pub sort_key: i64,
    /// The hit.
    pub hit: Hit,
}

const COLUMNS: &str = "i.seq, i.object, i.module, i.state, i.ap_id, i.path, i.lang, i.title, i.summary, \
     i.territory, i.oblast, i.licence, i.origin, i.published_at, i.updated_at";

/// Raises the tenant's revision and returns the new one; on PostgreSQL this also queues writers of one tenant.
pub async fn raise_revision(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<i64> {
    let row: (i64,) = sqlx::query_as(
        "INSERT INTO content_revision (tenant_id, revision) VALUES ($1, 1) \
         ON CONFLICT (tenant_id) DO UPDATE SET revision = content_revision.revision + 1 RETURNING revision",
    )
    .bind(tenant.as_str().to_owned())
    .fetch_one(conn)
    .await?;
    Ok(row.0)
}

/// The tenant's revision; 0 before the first change.
pub async fn find_revision(conn: &mut Conn, tenant: &TenantId) -> sqlx::Result<i64> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT revision FROM content_revision WHERE tenant_id = $1")
        .bind(tenant.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

/// The entry with the module's id `object`, hidden ones too.
pub async fn find_entry(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<Option<Found>> {
    let row: Option<HitRow> = Sql::new("SELECT i.published_at AS sort_key, ")
        .push(COLUMNS)
        .push(" FROM content_index i WHERE i.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND i.object = ")
        .bind(object.to_owned())
        .optional(conn)
        .await?;
    Ok(row.map(HitRow::found))
}

/// The entry with the ActivityPub id `ap_id`, hidden ones too.
pub async fn find_entry_by_ap_id(conn: &mut Conn, tenant: &TenantId, ap_id: &str) -> sqlx::Result<Option<Found>> {
    let row: Option<HitRow> = Sql::new("SELECT i.published_at AS sort_key, ")
        .push(COLUMNS)
        .push(" FROM content_index i WHERE i.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND i.ap_id = ")
        .bind(ap_id.to_owned())
        .optional(conn)
        .await?;
    Ok(row.map(HitRow::found))
}

/// The next number of an entry; node-wide, so that a number alone names a row of the engines' own indexes.
pub async fn next_seq(conn: &mut Conn) -> sqlx::Result<i64> {
    let sql = engine(conn).pick("SELECT COALESCE(MAX(seq), 0) + 1 FROM content_index", "SELECT nextval('content_seq')");
    let row: (i64,) = sqlx::query_as(sql).fetch_one(conn).await?;
    Ok(row.0)
}

/// Writes the common fields of `entry` under the number `seq`.
pub async fn upsert_entry(
    conn: &mut Conn,
    tenant: &TenantId,
    seq: i64,
    entry: &Entry,
    oblast: Option<&str>,
    title_stems: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO content_index (tenant_id, object, seq, module, state, ap_id, path, lang, title, summary, title_stems, \
         territory, oblast, licence, origin, published_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (tenant_id, object) DO UPDATE SET module = excluded.module, state = excluded.state, ap_id = excluded.ap_id, \
         path = excluded.path, lang = excluded.lang, title = excluded.title, summary = excluded.summary, \
         title_stems = excluded.title_stems, territory = excluded.territory, oblast = excluded.oblast, \
         licence = excluded.licence, origin = excluded.origin, published_at = excluded.published_at, updated_at = excluded.updated_at",
    )
    .bind(tenant.as_str().to_owned())
    .bind(entry.object.clone())
    .bind(seq)
    .bind(entry.module)
    .bind(entry.state.name())
    .bind(entry.ap_id.clone())
    .bind(entry.path.clone())
    .bind(entry.lang.clone())
    .bind(entry.title.clone())
    .bind(entry.summary.clone())
    .bind(title_stems.to_owned())
    .bind(entry.territory.clone())
    .bind(oblast.map(ToOwned::to_owned))
    .bind(entry.licence.clone())
    .bind(entry.origin.clone())
    .bind(entry.published_at.0)
    .bind(entry.updated_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes an entry.
pub async fn delete_entry(conn: &mut Conn, tenant: &TenantId, object: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM content_index WHERE tenant_id = $1 AND object = $2")
        .bind(tenant.as_str().to_owned())
        .bind(object.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Sets the stems of the entry numbered `seq`, or takes them away; numbers are node-wide.
pub async fn set_text(conn: &mut Conn, seq: i64, stems: Option<&str>) -> sqlx::Result<()> {
    match stems {
        Some(stems) => {
            sqlx::query("INSERT INTO content_text (seq, stems) VALUES ($1, $2) ON CONFLICT (seq) DO UPDATE SET stems = excluded.stems")
                .bind(seq)
                .bind(stems.to_owned())
                .execute(conn)
                .await?
        }
        None => sqlx::query("DELETE FROM content_text WHERE seq = $1").bind(seq).execute(conn).await?,
    };
    Ok(())
}

/// A value of a facet, as a module has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// The module.
    pub module: String,
    /// The facet.
    pub name: String,
    /// The value.
    pub value: String,
    /// False for what only follows from another value.
    pub own: bool,
}

impl Term {
    /// Its number, the same wherever it is worked out.
    fn id(&self, tenant: &TenantId) -> i64 {
        let mut hash = Sha256::new();
        for part in [tenant.as_str(), &self.module, &self.name, &self.value] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let head: [u8; 8] = digest.first_chunk().copied().unwrap_or_default();
        i64::from_be_bytes(head) & i64::MAX
    }
}

#[derive(FromRow)]
struct TermRow {
    seq: i64,
    module: String,
    name: String,
    value: String,
    own: i64,
}

/// The facet values of the entries numbered `seqs`, each with its number.
pub async fn list_terms(conn: &mut Conn, tenant: &TenantId, seqs: &[i64]) -> sqlx::Result<Vec<(i64, Term)>> {
    let rows: Vec<TermRow> = Sql::new(
        "SELECT f.seq, t.module, t.name, t.value, CAST(f.own AS BIGINT) AS own \
         FROM content_facet f JOIN content_term t ON t.id = f.term WHERE t.tenant_id = ",
    )
    .bind(tenant.as_str().to_owned())
    .push(" AND f.seq IN ")
    .list(seqs.iter().copied())
    .push(" ORDER BY f.seq, t.name, t.value")
    .all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (r.seq, Term { module: r.module, name: r.name, value: r.value, own: r.own != 0 })).collect())
}

/// Adds `step` (1 or -1) to the counters of `terms`, making those that are missing.
pub async fn count_terms(conn: &mut Conn, tenant: &TenantId, terms: &[&Term], step: i64) -> sqlx::Result<()> {
    if terms.is_empty() {
        return Ok(());
    }
    // Always in the same order, so that two writers never wait for each other.
    let mut numbered: Vec<(i64, &&Term)> = terms.iter().map(|t| (t.id(tenant), t)).collect();
    numbered.sort_by_key(|(id, _)| *id);
    let mut sql = Sql::new("INSERT INTO content_term (id, tenant_id, module, name, value, n) VALUES ");
    for (place, (id, term)) in numbered.into_iter().enumerate() {
        sql = sql
            .push(if place == 0 { "(" } else { ", (" })
            .bind(id)
            .push(", ")
            .bind(tenant.as_str().to_owned())
            .push(", ")
            .bind(term.module.clone())
            .push(", ")
            .bind(term.name.clone())
            .push(", ")
            .bind(term.value.clone())
            .push(", ")
            .bind(step)
            .push(")");
    }
    sql.push(" ON CONFLICT (id) DO UPDATE SET n = content_term.n + excluded.n").execute(conn).await?;
    Ok(())
}

/// Gives the entry numbered `seq` exactly `terms`.
pub async fn replace_facets(conn: &mut Conn, tenant: &TenantId, seq: i64, terms: &[&Term]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM content_facet WHERE seq = $1").bind(seq).execute(&mut *conn).await?;
    if terms.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO content_facet (seq, term, own) VALUES ");
    for (place, term) in terms.iter().enumerate() {
        sql = sql
            .push(if place == 0 { "(" } else { ", (" })
            .bind(seq)
            .push(", ")
            .bind(term.id(tenant))
            .push(", ")
            .bind(i64::from(term.own))
            .push(")");
    }
    sql.execute(conn).await?;
    Ok(())
}

/// Adds `AND …` for every condition of `query` but the place of the page.
fn conditions(mut sql: Sql, engine: Engine, tenant: &TenantId, query: &Query, words: &Words) -> Sql {
    sql = sql.push("i.tenant_id = ").bind(tenant.as_str().to_owned()).push(" AND i.state = 'public'");
    if let Some(module) = &query.module {
        sql = sql.push(" AND i.module = ").bind(module.clone());
    }
    if !words.is_empty() {
        let (matches, end) = engine.pick(
            (" AND i.seq IN (SELECT rowid FROM content_fts WHERE content_fts MATCH ", ")"),
            (" AND i.seq IN (SELECT seq FROM content_text WHERE vector @@ CAST(", " AS tsquery))"),
        );
        sql = sql.push(matches).bind(engine.pick(search::to_fts5(words), search::to_tsquery(words))).push(end);
    }
    for notations in &query.concepts {
        sql = having(sql, tenant, query, super::model::CONCEPT, notations);
    }
    for (name, values) in &query.facets {
        sql = having(sql, tenant, query, name, values);
    }
    if !query.years.is_empty() {
        sql = having(sql, tenant, query, super::model::YEAR, &query.years);
    }
    if !query.oblasts.is_empty() {
        sql = sql.push(" AND i.oblast IN ").list(query.oblasts.iter().cloned());
    }
    if let Some(prefix) = &query.territory {
        sql = sql.push(" AND i.territory >= ").bind(prefix.clone()).push(" AND i.territory < ").bind(format!("{prefix}Z"));
    }
    if let Some(lang) = &query.lang {
        sql = sql.push(" AND i.lang = ").bind(lang.clone());
    }
    if let Some(origin) = &query.origin {
        sql = sql.push(" AND i.origin = ").bind(origin.clone());
    }
    if let Some(from) = query.from {
        sql = sql.push(" AND i.published_at >= ").bind(from.0);
    }
    if let Some(to) = query.to {
        sql = sql.push(" AND i.published_at < ").bind(to.0);
    }
    sql
}

/// Adds the condition that the entry has one of `values` in the facet `name`.
fn having(sql: Sql, tenant: &TenantId, query: &Query, name: &str, values: &[String]) -> Sql {
    let sql = sql
        .push(" AND i.seq IN (SELECT f.seq FROM content_facet f JOIN content_term t ON t.id = f.term WHERE t.tenant_id = ")
        .bind(tenant.as_str().to_owned())
        .push(" AND t.name = ")
        .bind(name.to_owned())
        .push(" AND t.value IN ")
        .list(values.iter().cloned());
    match &query.module {
        Some(module) => sql.push(" AND t.module = ").bind(module.clone()).push(")"),
        None => sql.push(")"),
    }
}

/// One row more than `limit` of what answers `query`, in its order.
pub async fn list_hits(conn: &mut Conn, tenant: &TenantId, query: &Query, words: &Words, limit: usize) -> sqlx::Result<Vec<Found>> {
    let engine = engine(conn);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let sql = if query.order == Order::Relevance && !words.is_empty() {
        // How many of the words stand in the title is worked out alike everywhere; the engines' own scores differ.
        // Sorted by numbers only; the texts are read for the rows of the page alone.
        let mut sql = Sql::new("SELECT q.sort_key, ").push(COLUMNS).push(" FROM (SELECT * FROM (SELECT (");
        for (place, stems) in words.iter().enumerate() {
            sql = sql.push(if place == 0 { "CASE WHEN " } else { " + CASE WHEN " });
            for (place, stem) in stems.iter().enumerate() {
                sql = sql
                    .push(if place == 0 { "i.title_stems LIKE " } else { " OR i.title_stems LIKE " })
                    .bind(format!("% {stem}{}%", if search::is_prefix(stem) { "" } else { " " }));
            }
            sql = sql.push(" THEN 1 ELSE 0 END");
        }
        sql =
            sql.push(") * CAST(").bind(POINT).push(" AS BIGINT) + i.published_at AS sort_key, i.object, i.seq FROM content_index i WHERE ");
        sql = conditions(sql, engine, tenant, query, words).push(") r");
        if let Some(cursor) = &query.cursor {
            sql = sql.push(" WHERE (sort_key, object) < (").bind(cursor.key).push(", ").bind(cursor.id.clone()).push(")");
        }
        sql.push(" ORDER BY sort_key DESC, object DESC LIMIT ")
            .bind(limit)
            .push(") q JOIN content_index i ON i.seq = q.seq ORDER BY q.sort_key DESC, i.object DESC")
    } else {
        let mut sql = Sql::new("SELECT i.published_at AS sort_key, ").push(COLUMNS).push(" FROM content_index i WHERE ");
        sql = conditions(sql, engine, tenant, query, words);
        let oldest = query.order == Order::Oldest;
        if let Some(cursor) = &query.cursor {
            sql = sql
                .push(if oldest { " AND (i.published_at, i.object) > (" } else { " AND (i.published_at, i.object) < (" })
                .bind(cursor.key)
                .push(", ")
                .bind(cursor.id.clone())
                .push(")");
        }
        let order =
            if oldest { " ORDER BY i.published_at, i.object LIMIT " } else { " ORDER BY i.published_at DESC, i.object DESC LIMIT " };
        sql.push(order).bind(limit)
    };
    let rows: Vec<HitRow> = sql.all(conn).await?;
    Ok(rows.into_iter().map(HitRow::found).collect())
}

/// Facet name, value and how many public entries have it, from the counters.
pub async fn list_counters(conn: &mut Conn, tenant: &TenantId, module: Option<&str>) -> sqlx::Result<Vec<(String, String, i64)>> {
    let sql = Sql::new("SELECT name, value, CAST(SUM(n) AS BIGINT) FROM content_term WHERE tenant_id = ").bind(tenant.as_str().to_owned());
    let sql = match module {
        Some(module) => sql.push(" AND module = ").bind(module.to_owned()),
        None => sql,
    };
    sql.push(" AND n > 0 GROUP BY name, value").all(conn).await
}

/// How many answer `query`.
pub async fn count_hits(conn: &mut Conn, tenant: &TenantId, query: &Query, words: &Words) -> sqlx::Result<i64> {
    let engine = engine(conn);
    let row: Option<(i64,)> =
        conditions(Sql::new("SELECT COUNT(*) FROM content_index i WHERE "), engine, tenant, query, words).optional(conn).await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Facet name, value and how many of what answers `query` have it, counted in one statement.
///
/// `wide` says that so many entries answer that SQLite does better to walk through every value than
/// to sort the values of every answer; PostgreSQL finds that out itself.
pub async fn list_counts(
    conn: &mut Conn,
    tenant: &TenantId,
    query: &Query,
    words: &Words,
    wide: bool,
) -> sqlx::Result<Vec<(String, String, i64)>> {
    let engine = engine(conn);
    if wide && engine == Engine::Sqlite {
        let sql = Sql::new(
            "SELECT t.name, t.value, (SELECT COUNT(*) FROM content_facet f WHERE f.term = t.id AND +f.seq IN (SELECT i.seq FROM content_index i WHERE ",
        );
        let sql = conditions(sql, engine, tenant, query, words)
            .push(")) AS n FROM content_term t WHERE t.tenant_id = ")
            .bind(tenant.as_str().to_owned());
        let sql = match &query.module {
            Some(module) => sql.push(" AND t.module = ").bind(module.clone()),
            None => sql,
        };
        return sql.push(" AND t.n > 0").all(conn).await;
    }
    let sql = Sql::new(
        "SELECT t.name, t.value, CAST(SUM(c.n) AS BIGINT) FROM \
         (SELECT f.term, COUNT(*) AS n FROM content_facet f WHERE f.seq IN (SELECT i.seq FROM content_index i WHERE ",
    );
    conditions(sql, engine, tenant, query, words)
        .push(") GROUP BY f.term) c JOIN content_term t ON t.id = c.term GROUP BY t.name, t.value")
        .all(conn)
        .await
}

/// Numbers of the public entries that have one of `values` of their own in the facet `name`.
pub async fn list_seqs_with(conn: &mut Conn, tenant: &TenantId, name: &str, values: &[String]) -> sqlx::Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        Sql::new("SELECT DISTINCT f.seq FROM content_term t JOIN content_facet f ON f.term = t.id WHERE f.own = 1 AND t.tenant_id = ")
            .bind(tenant.as_str().to_owned())
            .push(" AND t.name = ")
            .bind(name.to_owned())
            .push(" AND t.value IN ")
            .list(values.iter().cloned())
            .push(" ORDER BY f.seq")
            .all(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// How SQLite would go about `statement`, line by line; node-wide, because it reads nothing.
#[cfg(test)]
pub(super) async fn plan(conn: &mut Conn, statement: &str) -> sqlx::Result<Vec<String>> {
    use sqlx::Row;
    let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    sqlx::query(explained).fetch_all(conn).await?.iter().map(|row| row.try_get("detail")).collect()
}
