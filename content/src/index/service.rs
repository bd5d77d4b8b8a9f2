//! Putting things into the index, and asking it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ratusha_platform::{
    AppResult, Conn, TenantId, Uow,
    http::cursor::{Cursor, Page},
    text::{clean, search},
};

use ratusha_tenants::Tenant;

use super::{
    cache::Memory,
    model::{CONCEPT, Counts, Entry, Hit, LANG, MODULE, OBLAST, Query, State, YEAR},
    store::{self, Found, Term, Words},
};

/// From so many answers on, counting walks through the values instead of the answers.
const WIDE: i64 = 10_000;
/// Values or entries of one statement.
const BATCH: usize = 200;
/// The longest text that is searched through, in bytes.
const MAX_TEXT: usize = 200_000;

/// Puts `entry` into the index of the unit's tenant, in place of what was there under its id.
///
/// # Errors
/// Internal, from the database.
pub async fn put(uow: &mut Uow, entry: &Entry) -> AppResult<()> {
    bump(uow).await?;
    let tenant = uow.tenant().clone();
    let conn = uow.conn();
    let oblast = entry.territory.as_deref().and_then(oblast_of);
    let (seq, before) = match store::find_entry(conn, &tenant, &entry.object).await? {
        Some(found) => (found.seq, terms_of(conn, &tenant, found.seq).await?),
        None => (store::next_seq(conn).await?, BTreeSet::new()),
    };
    let public = entry.state == State::Public;
    let title_stems = format!(" {} ", stems(&entry.title));
    store::upsert_entry(conn, &tenant, seq, entry, oblast, &title_stems).await?;
    let text = public.then(|| {
        let all = [entry.title.as_str(), &entry.summary, &entry.body].join("\n");
        distinct(&stems(&all))
    });
    store::set_text(conn, seq, text.as_deref()).await?;
    let after = if public { terms(entry, oblast, &broader(conn, &tenant, &entry.concepts).await?) } else { BTreeSet::new() };
    recount(conn, &tenant, seq, &before, &after).await
}

/// Takes the object out of the index of the unit's tenant; nothing happens if it is not there.
///
/// # Errors
/// Internal, from the database.
pub async fn remove(uow: &mut Uow, module: &str, object: &str) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let Some(found) = store::find_entry(uow.conn(), &tenant, object).await?.filter(|f| f.hit.module == module) else {
        return Ok(());
    };
    bump(uow).await?;
    let conn = uow.conn();
    let before = terms_of(conn, &tenant, found.seq).await?;
    recount(conn, &tenant, found.seq, &before, &BTreeSet::new()).await?;
    store::set_text(conn, found.seq, None).await?;
    store::delete_entry(conn, &tenant, object).await?;
    Ok(())
}

/// Raises the revision of the unit's tenant, so that no cached page outlives this commit.
///
/// # Errors
/// Internal, from the database.
pub async fn bump(uow: &mut Uow) -> AppResult<()> {
    let tenant = uow.tenant().clone();
    let revision = store::raise_revision(uow.conn(), &tenant).await?;
    if let Ok(memory) = uow.ctx().service::<Memory>() {
        let now = uow.now();
        uow.after_commit(Box::new(move || memory.saw(&tenant, revision, now)));
    }
    Ok(())
}

/// The entry of the object, hidden ones too.
///
/// # Errors
/// Internal, from the database.
pub async fn find(conn: &mut Conn, tenant: &TenantId, object: &str) -> AppResult<Option<Hit>> {
    Ok(store::find_entry(conn, tenant, object).await?.map(|found| found.hit))
}

/// The entry with this ActivityPub id, hidden ones too.
///
/// # Errors
/// Internal, from the database.
pub async fn find_by_ap_id(conn: &mut Conn, tenant: &TenantId, ap_id: &str) -> AppResult<Option<Hit>> {
    Ok(store::find_entry_by_ap_id(conn, tenant, ap_id).await?.map(|found| found.hit))
}

/// Up to `limit` public entries that answer `query`, in its order, with their classes and facets; two statements.
///
/// # Errors
/// Internal, from the database.
pub async fn search(conn: &mut Conn, tenant: &TenantId, query: &Query, limit: usize) -> AppResult<Page<Hit>> {
    let Some(words) = words(&query.text) else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let found = store::list_hits(conn, tenant, query, &words, limit).await?;
    let page = Page::cut(found, limit, |f| Cursor { key: f.sort_key, id: f.hit.object.clone() });
    let items = with_terms(conn, tenant, page.items).await?;
    Ok(Page { items, next: page.next })
}

/// How many public entries answer `query` and how they spread over the facets; two statements at most.
///
/// # Errors
/// Internal, from the database.
pub async fn counts(conn: &mut Conn, tenant: &TenantId, query: &Query) -> AppResult<Counts> {
    let Some(words) = words(&query.text) else {
        return Ok(Counts::default());
    };
    if query.is_open() {
        return Ok(gathered(store::list_counters(conn, tenant, query.module.as_deref()).await?));
    }
    let total = store::count_hits(conn, tenant, query, &words).await?;
    if total == 0 {
        return Ok(Counts::default());
    }
    Ok(gathered(store::list_counts(conn, tenant, query, &words, total > WIDE).await?))
}

/// How many public entries were born at `tenant`; what others published and stands here too is not among them.
///
/// # Errors
/// Internal, from the database.
pub async fn count_own(conn: &mut Conn, tenant: &Tenant) -> AppResult<i64> {
    let mut hosts: BTreeSet<&str> = tenant.hosts.iter().map(String::as_str).collect();
    hosts.insert(tenant.birth_host());
    let mut own = 0;
    for host in hosts {
        let query = Query { origin: Some(host.to_owned()), ..Query::default() };
        own += store::count_hits(conn, &tenant.id, &query, &Words::new()).await?;
    }
    Ok(own)
}

fn gathered(rows: Vec<(String, String, i64)>) -> Counts {
    let mut counts = Counts::default();
    for (name, value, n) in rows.into_iter().filter(|(_, _, n)| *n > 0) {
        if name == MODULE {
            counts.total += n;
        }
        *counts.facets.entry(name).or_default().entry(value).or_default() += n;
    }
    counts
}

/// What becomes of the classes of an entry: its new ones, and all those above them.
pub type Reclass<'a> = dyn Fn(&[String]) -> (Vec<String>, Vec<String>) + Send + Sync + 'a;

/// Gives new classes to every public entry that has one of `touched`: `change` takes the classes of an entry
/// and returns its new ones and all those above them.
///
/// # Errors
/// Internal, from the database.
pub async fn reclassify(uow: &mut Uow, touched: &[String], change: &Reclass<'_>) -> AppResult<()> {
    bump(uow).await?;
    let tenant = uow.tenant().clone();
    let conn = uow.conn();
    let mut seqs: BTreeSet<i64> = BTreeSet::new();
    for values in touched.chunks(BATCH) {
        seqs.extend(store::list_seqs_with(conn, &tenant, CONCEPT, values).await?);
    }
    let seqs: Vec<i64> = seqs.into_iter().collect();
    for batch in seqs.chunks(BATCH) {
        let mut by_seq: BTreeMap<i64, BTreeSet<Term>> = BTreeMap::new();
        for (seq, term) in store::list_terms(conn, &tenant, batch).await? {
            by_seq.entry(seq).or_default().insert(term);
        }
        for (seq, before) in by_seq {
            let Some(module) = before.iter().find(|t| t.name == MODULE).map(|t| t.module.clone()) else { continue };
            let own: Vec<String> = before.iter().filter(|t| t.name == CONCEPT && t.own).map(|t| t.value.clone()).collect();
            let (own, above) = change(&own);
            let mut after: BTreeSet<Term> = before.iter().filter(|t| t.name != CONCEPT).cloned().collect();
            let term = |value: &String, own: bool| Term { module: module.clone(), name: CONCEPT.to_owned(), value: value.clone(), own };
            after.extend(above.iter().filter(|a| !own.contains(a)).map(|value| term(value, false)));
            after.extend(own.iter().map(|value| term(value, true)));
            recount(conn, &tenant, seq, &before, &after).await?;
        }
    }
    Ok(())
}

/// How many public entries stand in each class, by notation; classes of no entry are left out.
///
/// # Errors
/// Internal, from the database.
pub async fn concept_counts(conn: &mut Conn, tenant: &TenantId) -> AppResult<HashMap<String, i64>> {
    let rows = store::list_counters(conn, tenant, None).await?;
    Ok(rows.into_iter().filter(|(name, _, _)| name == CONCEPT).map(|(_, value, n)| (value, n)).collect())
}

async fn terms_of(conn: &mut Conn, tenant: &TenantId, seq: i64) -> AppResult<BTreeSet<Term>> {
    Ok(store::list_terms(conn, tenant, &[seq]).await?.into_iter().map(|(_, term)| term).collect())
}

pub(super) async fn recount(
    conn: &mut Conn,
    tenant: &TenantId,
    seq: i64,
    before: &BTreeSet<Term>,
    after: &BTreeSet<Term>,
) -> AppResult<()> {
    if before == after {
        return Ok(());
    }
    let same = |terms: &BTreeSet<Term>, term: &Term| {
        terms.contains(&Term { own: true, ..term.clone() }) || terms.contains(&Term { own: false, ..term.clone() })
    };
    let gone: Vec<&Term> = before.iter().filter(|t| !same(after, t)).collect();
    let new: Vec<&Term> = after.iter().filter(|t| !same(before, t)).collect();
    store::count_terms(conn, tenant, &gone, -1).await?;
    store::count_terms(conn, tenant, &new, 1).await?;
    let all: Vec<&Term> = after.iter().collect();
    Ok(store::replace_facets(conn, tenant, seq, &all).await?)
}

/// Every class above one of `concepts`, on any path; what stands in a class is found in all of these.
async fn broader(conn: &mut Conn, tenant: &TenantId, concepts: &[String]) -> AppResult<Vec<String>> {
    if concepts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(crate::classifier::current(conn, tenant).await?.ancestors(concepts))
}

/// Everything about `entry` that is counted.
fn terms(entry: &Entry, oblast: Option<&str>, broader: &[String]) -> BTreeSet<Term> {
    let term =
        |name: &str, value: &str, own: bool| Term { module: entry.module.to_owned(), name: name.to_owned(), value: value.to_owned(), own };
    let year: String = entry.published_at.to_date().chars().take(4).collect();
    let mut terms: BTreeSet<Term> = [term(MODULE, entry.module, true), term(YEAR, &year, true), term(LANG, &entry.lang, true)].into();
    terms.extend(oblast.map(|oblast| term(OBLAST, oblast, true)));
    terms.extend(entry.concepts.iter().map(|notation| term(CONCEPT, notation, true)));
    terms.extend(broader.iter().filter(|b| !entry.concepts.contains(b)).map(|notation| term(CONCEPT, notation, false)));
    terms.extend(entry.facets.iter().map(|(name, value)| term(name, value, true)));
    terms.retain(|t| !t.value.is_empty());
    terms
}

async fn with_terms(conn: &mut Conn, tenant: &TenantId, found: Vec<Found>) -> AppResult<Vec<Hit>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: Vec<i64> = found.iter().map(|f| f.seq).collect();
    let mut by_seq: HashMap<i64, Vec<Term>> = HashMap::new();
    for (seq, term) in store::list_terms(conn, tenant, &seqs).await? {
        by_seq.entry(seq).or_default().push(term);
    }
    let fill = |found: Found| {
        let mut hit = found.hit;
        for term in by_seq.remove(&found.seq).unwrap_or_default().into_iter().filter(|t| t.own) {
            match term.name.as_str() {
                MODULE | YEAR | LANG | OBLAST => {}
                CONCEPT => hit.concepts.push(term.value),
                _ => hit.facets.push((term.name, term.value)),
            }
        }
        hit
    };
    Ok(found.into_iter().map(fill).collect())
}

/// The two digits of the region in a KATOTTG code.
fn oblast_of(code: &str) -> Option<&str> {
    code.strip_prefix("UA").and_then(|rest| rest.get(..2)).filter(|two| two.bytes().all(|b| b.is_ascii_digit()))
}

/// The stems of a text, one space between them.
fn stems(text: &str) -> String {
    search::analyse(clean::truncate_bytes(text, MAX_TEXT))
}

/// Each stem once: nothing counts how often a word occurs, and the index stays small.
fn distinct(stems: &str) -> String {
    let all: BTreeSet<&str> = stems.split(' ').filter(|s| !s.is_empty()).collect();
    all.into_iter().collect::<Vec<_>>().join(" ")
}

/// The groups of stems that must match; none for no words, `None` for words that nothing can match.
fn words(text: &str) -> Option<Words> {
    let words = search::query(text);
    if words.is_empty() && !text.trim().is_empty() { None } else { Some(words) }
}
