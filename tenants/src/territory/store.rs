//! Rows of the codifier. The tables are node-wide: the same country for every tenant.

use ratusha_platform::{Conn, Sql, Timestamp};
use sqlx::{FromRow, Row, any::AnyRow};

use super::{Category, ImportReport, Unit, keys::Key};

/// Rows per statement; ten values each stay far below what both engines bind.
const CHUNK: usize = 500;

const COLUMNS: &str = "t.tail, t.code, t.parent_tail, t.category, t.name, t.valid_from, t.valid_to, t.lat, t.lon";

/// The edition in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// `YYYY-MM-DD`.
    pub edition: String,
    /// Of the unpacked file.
    pub sha256: String,
    /// When this node took it over.
    pub imported_at: Timestamp,
    /// How many units it has.
    pub objects: usize,
}

/// A closed unit and the unit it became part of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Succession {
    /// The closed unit.
    pub tail: String,
    /// The unit that goes on.
    pub successor: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// The act that says so.
    pub act: String,
}

impl FromRow<'_, AnyRow> for Unit {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let letter: String = row.try_get("category")?;
        let category = Category::parse(&letter).ok_or_else(|| sqlx::Error::Decode(format!("unknown category {letter}").into()))?;
        Ok(Self {
            tail: row.try_get("tail")?,
            code: row.try_get("code")?,
            parent: row.try_get("parent_tail")?,
            category,
            name: row.try_get("name")?,
            valid_from: row.try_get("valid_from")?,
            valid_to: row.try_get("valid_to")?,
            lat: row.try_get("lat")?,
            lon: row.try_get("lon")?,
        })
    }
}

/// A unit with one number beside it.
struct Marked(Unit, i64);

impl FromRow<'_, AnyRow> for Marked {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self(Unit::from_row(row)?, row.try_get("mark")?))
    }
}

impl FromRow<'_, AnyRow> for Edition {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let objects: i64 = row.try_get("objects")?;
        Ok(Self {
            edition: row.try_get("edition")?,
            sha256: row.try_get("sha256")?,
            imported_at: Timestamp(row.try_get("imported_at")?),
            objects: usize::try_from(objects).unwrap_or(0),
        })
    }
}

impl FromRow<'_, AnyRow> for Succession {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            tail: row.try_get("tail")?,
            successor: row.try_get("successor_tail")?,
            date: row.try_get("happened_on")?,
            act: row.try_get("act")?,
        })
    }
}

fn select() -> Sql {
    Sql::new("SELECT ").push(COLUMNS).push(" FROM territory t WHERE ")
}

/// The edition in force; `None` before the first import.
///
/// # Errors
/// The driver's.
pub async fn edition(conn: &mut Conn) -> sqlx::Result<Option<Edition>> {
    Sql::new("SELECT edition, sha256, imported_at, objects FROM territory_edition ORDER BY seq DESC LIMIT 1").optional(conn).await
}

/// A number that grows with every import.
pub(super) async fn revision(conn: &mut Conn) -> sqlx::Result<i64> {
    let row: Option<(i64,)> = Sql::new("SELECT COALESCE(MAX(seq), 0) FROM territory_edition").optional(conn).await?;
    Ok(row.map_or(0, |(seq,)| seq))
}

/// The last known state of the unit with this tail, also when it is closed.
///
/// # Errors
/// The driver's.
pub async fn find_by_tail(conn: &mut Conn, tail: &str) -> sqlx::Result<Option<Unit>> {
    select().push("t.latest = 1 AND t.tail = ").bind(tail.to_owned()).optional(conn).await
}

/// The last known states of several units, in no order.
///
/// # Errors
/// The driver's.
pub async fn find_by_tails(conn: &mut Conn, tails: &[String]) -> sqlx::Result<Vec<Unit>> {
    let mut out = Vec::with_capacity(tails.len());
    for chunk in tails.chunks(CHUNK) {
        let sql = select().push("t.latest = 1 AND t.tail IN ").list(chunk.iter().cloned());
        out.extend(sql.all(conn).await?);
    }
    Ok(out)
}

/// The last known state of the unit that has this code now, or had it once.
///
/// # Errors
/// The driver's.
pub async fn find_by_code(conn: &mut Conn, code: &str) -> sqlx::Result<Option<Unit>> {
    select()
        .push("t.latest = 1 AND t.tail IN (SELECT c.tail FROM territory c WHERE c.code = ")
        .bind(code.to_owned())
        .push(")")
        .optional(conn)
        .await
}

/// Every state of the unit, the oldest first.
///
/// # Errors
/// The driver's.
pub async fn history(conn: &mut Conn, tail: &str) -> sqlx::Result<Vec<Unit>> {
    select().push("t.tail = ").bind(tail.to_owned()).push(" ORDER BY t.valid_from").all(conn).await
}

/// The units right under this one, by level and then in Ukrainian order.
///
/// # Errors
/// The driver's.
pub async fn list_children(conn: &mut Conn, tail: &str) -> sqlx::Result<Vec<Unit>> {
    select()
        .push("t.latest = 1 AND t.valid_to IS NULL AND t.parent_tail = ")
        .bind(tail.to_owned())
        .push(" ORDER BY CASE t.category WHEN 'P' THEN 0 WHEN 'H' THEN 1 WHEN 'M' THEN 2 WHEN 'T' THEN 3 WHEN 'X' THEN 4 WHEN 'C' THEN 5 ELSE 6 END, t.sort_key, t.tail")
        .all(conn)
        .await
}

/// The 27 regions: oblasts, the Autonomous Republic of Crimea, Kyiv and Sevastopol, in Ukrainian order.
///
/// # Errors
/// The driver's.
pub async fn oblasts(conn: &mut Conn) -> sqlx::Result<Vec<Unit>> {
    select().push("t.latest = 1 AND t.valid_to IS NULL AND t.category IN ('O', 'K') ORDER BY t.sort_key, t.tail").all(conn).await
}

/// Oblasts, special cities, raions and communities, closed ones too, in Ukrainian order.
///
/// # Errors
/// The driver's.
pub async fn list_top(conn: &mut Conn) -> sqlx::Result<Vec<Unit>> {
    select().push("t.latest = 1 AND t.category IN ('O', 'K', 'P', 'H') ORDER BY t.sort_key, t.tail").all(conn).await
}

/// What became of a closed unit, in order of date.
///
/// # Errors
/// The driver's.
pub async fn successors(conn: &mut Conn, tail: &str) -> sqlx::Result<Vec<(Succession, Unit)>> {
    related(conn, "s.successor_tail", "s.tail", tail).await
}

/// The closed units that a unit took over, in order of date.
///
/// # Errors
/// The driver's.
pub async fn predecessors(conn: &mut Conn, tail: &str) -> sqlx::Result<Vec<(Succession, Unit)>> {
    related(conn, "s.tail", "s.successor_tail", tail).await
}

struct Related(Succession, Unit);

impl FromRow<'_, AnyRow> for Related {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let succession = Succession {
            tail: row.try_get("from_tail")?,
            successor: row.try_get("successor_tail")?,
            date: row.try_get("happened_on")?,
            act: row.try_get("act")?,
        };
        Ok(Self(succession, Unit::from_row(row)?))
    }
}

async fn related(conn: &mut Conn, shown: &'static str, given: &'static str, tail: &str) -> sqlx::Result<Vec<(Succession, Unit)>> {
    let rows: Vec<Related> = Sql::new("SELECT s.tail AS from_tail, s.successor_tail, s.happened_on, s.act, ")
        .push(COLUMNS)
        .push(" FROM territory_successor s JOIN territory t ON t.latest = 1 AND t.tail = ")
        .push(shown)
        .push(" WHERE ")
        .push(given)
        .push(" = ")
        .bind(tail.to_owned())
        .push(" ORDER BY s.happened_on, t.sort_key, t.tail")
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|Related(succession, unit)| (succession, unit)).collect())
}

/// What [`find_by_keys`] looks for.
pub(super) struct Wanted {
    /// Prefixes of keys, each with the first key after it; the first is the whole text as typed.
    pub keys: Vec<(String, String)>,
    /// The level that the reader named, which then comes first.
    pub level: &'static [&'static str],
    /// Only these levels; empty for all.
    pub only: Vec<&'static str>,
    /// Groups of code prefixes; a unit must fit one of each group.
    pub inside: Vec<Vec<String>>,
}

/// Units by the beginning of a key, best first, with how they were found: the tens say whether
/// the whole key matched (0) or its beginning (1), the ones are the kind of the key.
pub(super) async fn find_by_keys(conn: &mut Conn, wanted: &Wanted, limit: usize) -> sqlx::Result<Vec<(Unit, i64)>> {
    let mut sql = Sql::new("SELECT k.mark, ").push(COLUMNS).push(" FROM (SELECT tail, CAST(MIN(kind + CASE WHEN key IN ");
    sql =
        sql.list(wanted.keys.iter().map(|(key, _)| key.clone())).push(" THEN 0 ELSE 10 END) AS BIGINT) AS mark FROM territory_key WHERE ");
    for (n, (from, to)) in wanted.keys.iter().enumerate() {
        sql = sql.push(if n == 0 { "" } else { " OR " });
        sql = sql.push("(key >= ").bind(from.clone()).push(" AND key < ").bind(to.clone()).push(")");
    }
    sql = sql.push(" GROUP BY tail) k JOIN territory t ON t.tail = k.tail AND t.latest = 1");
    let mut glue = " WHERE ";
    if !wanted.only.is_empty() {
        sql = sql.push(glue).push("t.category IN ").list(wanted.only.iter().copied());
        glue = " AND ";
    }
    for group in &wanted.inside {
        sql = sql.push(glue).push("(");
        for (n, prefix) in group.iter().enumerate() {
            sql = sql.push(if n == 0 { "t.code LIKE " } else { " OR t.code LIKE " }).bind(format!("{prefix}%"));
        }
        sql = sql.push(")");
        glue = " AND ";
    }
    // A village of exactly this name stands behind the community, raion and oblast that a city of this name gives its
    // name to, unless the reader asked for villages.
    sql = sql.push(" ORDER BY k.mark * 2 + CASE WHEN k.mark = 0 AND t.category IN ('T', 'X', 'C', 'B') AND NOT t.category IN ");
    sql = sql
        .list(wanted.level.iter().copied().chain([""]))
        .push(" THEN 3 ELSE 0 END, CASE WHEN t.valid_to IS NULL THEN 0 ELSE 1 END, CASE WHEN t.category IN ");
    sql = sql.list(wanted.level.iter().copied());
    let rows: Vec<Marked> = sql
        .push(
            " THEN 0 ELSE 1 END, CASE t.category WHEN 'H' THEN 0 WHEN 'K' THEN 1 WHEN 'O' THEN 2 WHEN 'P' THEN 3 \
             WHEN 'M' THEN 4 WHEN 'T' THEN 5 WHEN 'X' THEN 6 WHEN 'C' THEN 7 ELSE 8 END, t.sort_key, t.code LIMIT ",
        )
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|Marked(unit, mark)| (unit, mark)).collect())
}

/// Every state of every unit, with `true` for the last one of each.
pub(super) async fn list_states(conn: &mut Conn) -> sqlx::Result<Vec<(Unit, bool)>> {
    let rows: Vec<Marked> = Sql::new("SELECT t.latest AS mark, ").push(COLUMNS).push(" FROM territory t").all(conn).await?;
    Ok(rows.into_iter().map(|Marked(unit, latest)| (unit, latest == 1)).collect())
}

/// Adds states, each with its sort key.
pub(super) async fn insert_states(conn: &mut Conn, states: &[(&Unit, String)]) -> sqlx::Result<()> {
    for chunk in states.chunks(CHUNK) {
        let mut sql =
            Sql::new("INSERT INTO territory (tail, valid_from, latest, code, parent_tail, category, name, sort_key, lat, lon) VALUES ");
        for (n, (unit, sort_key)) in chunk.iter().enumerate() {
            sql = sql
                .push(if n == 0 { "(" } else { ", (" })
                .bind(unit.tail.clone())
                .push(", ")
                .bind(unit.valid_from.clone())
                .push(", 1, ")
                .bind(unit.code.clone())
                .push(", ")
                .bind(unit.parent.clone())
                .push(", ")
                .bind(unit.category.letter())
                .push(", ")
                .bind(unit.name.clone())
                .push(", ")
                .bind(sort_key.clone())
                .push(", ")
                .bind(unit.lat)
                .push(", ")
                .bind(unit.lon)
                .push(")");
        }
        sql.execute(conn).await?;
    }
    Ok(())
}

/// Ends the present state of these units with `edition`, to make room for the next one.
pub(super) async fn end_states(conn: &mut Conn, tails: &[String], edition: &str) -> sqlx::Result<()> {
    for chunk in tails.chunks(CHUNK) {
        Sql::new("UPDATE territory SET latest = 0, valid_to = COALESCE(valid_to, ")
            .bind(edition.to_owned())
            .push(") WHERE latest = 1 AND tail IN ")
            .list(chunk.iter().cloned())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Closes these units with `edition`; their last state stays the one that is shown.
pub(super) async fn close(conn: &mut Conn, tails: &[String], edition: &str) -> sqlx::Result<()> {
    for chunk in tails.chunks(CHUNK) {
        Sql::new("UPDATE territory SET valid_to = ")
            .bind(edition.to_owned())
            .push(" WHERE latest = 1 AND tail IN ")
            .list(chunk.iter().cloned())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Removes states that began with `edition`, which is being corrected.
pub(super) async fn delete_states(conn: &mut Conn, tails: &[String], edition: &str) -> sqlx::Result<()> {
    for chunk in tails.chunks(CHUNK) {
        Sql::new("DELETE FROM territory WHERE latest = 1 AND valid_from = ")
            .bind(edition.to_owned())
            .push(" AND tail IN ")
            .list(chunk.iter().cloned())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Replaces all keys.
pub(super) async fn replace_keys(conn: &mut Conn, keys: &[Key]) -> sqlx::Result<()> {
    Sql::new("DELETE FROM territory_key").execute(conn).await?;
    for chunk in keys.chunks(2 * CHUNK) {
        let mut sql = Sql::new("INSERT INTO territory_key (key, tail, kind) VALUES ");
        for (n, key) in chunk.iter().enumerate() {
            sql = sql
                .push(if n == 0 { "(" } else { ", (" })
                .bind(key.key.clone())
                .push(", ")
                .bind(key.tail.clone())
                .push(", ")
                .bind(key.kind)
                .push(")");
        }
        sql.execute(conn).await?;
    }
    Ok(())
}

/// Writes down that an edition was imported; a unique violation means that somebody else just did.
pub(super) async fn insert_edition(conn: &mut Conn, edition: &Edition, report: &ImportReport) -> sqlx::Result<()> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let next = revision(conn).await? + 1;
    Sql::new(
        "INSERT INTO territory_edition (seq, edition, sha256, imported_at, objects, added, renamed, moved, recategorised, closed) VALUES (",
    )
    .bind(next)
    .push(", ")
    .bind(edition.edition.clone())
    .push(", ")
    .bind(edition.sha256.clone())
    .push(", ")
    .bind(edition.imported_at.0)
    .push(", ")
    .bind(count(edition.objects))
    .push(", ")
    .bind(count(report.added))
    .push(", ")
    .bind(count(report.renamed))
    .push(", ")
    .bind(count(report.moved))
    .push(", ")
    .bind(count(report.recategorised))
    .push(", ")
    .bind(count(report.closed))
    .push(")")
    .execute(conn)
    .await?;
    Ok(())
}

/// All successions.
pub(super) async fn list_successions(conn: &mut Conn) -> sqlx::Result<Vec<Succession>> {
    Sql::new("SELECT tail, successor_tail, happened_on, act FROM territory_successor ORDER BY happened_on, tail, successor_tail")
        .all(conn)
        .await
}

/// Writes successions; one that is known gets its new date and act.
pub(super) async fn upsert_successions(conn: &mut Conn, rows: &[Succession]) -> sqlx::Result<()> {
    for row in rows {
        Sql::new("INSERT INTO territory_successor (tail, successor_tail, happened_on, act) VALUES (")
            .bind(row.tail.clone())
            .push(", ")
            .bind(row.successor.clone())
            .push(", ")
            .bind(row.date.clone())
            .push(", ")
            .bind(row.act.clone())
            .push(") ON CONFLICT (tail, successor_tail) DO UPDATE SET happened_on = excluded.happened_on, act = excluded.act")
            .execute(conn)
            .await?;
    }
    Ok(())
}
