//! The index on the engine under test: what is found, counted, ordered, and what never is.

use std::sync::Arc;

use ratusha_platform::{Ctx, Services, TenantId, Timestamp, testkit};

use super::{
    Counts, Entry, Hit, Memory, Order, Query, State, cache, concept_counts, counts, counts_cached, find, find_by_ap_id, model, put, remove,
    revision, search,
};
use crate::testkit::counted;

struct Shelf {
    ctx: Ctx,
    tenant: TenantId,
    _db: testkit::TestDb,
}

impl Shelf {
    async fn new() -> Self {
        let (ctx, db) = testkit::context(&[]).await;
        let mut services = Services::default();
        services.add(Arc::new(Memory::default()));
        ctx.install(services).unwrap();
        let tenant = TenantId::new(ctx.rng(), ctx.now());
        Self { ctx, tenant, _db: db }
    }

    async fn put(&self, entries: &[Entry]) {
        let mut uow = self.ctx.begin(&self.tenant, "test").await.unwrap();
        for entry in entries {
            put(&mut uow, entry).await.unwrap();
        }
        uow.commit().await.unwrap();
    }

    async fn remove(&self, module: &str, object: &str) {
        let mut uow = self.ctx.begin(&self.tenant, "test").await.unwrap();
        remove(&mut uow, module, object).await.unwrap();
        uow.commit().await.unwrap();
    }

    async fn find(&self, query: &Query) -> Vec<Hit> {
        let mut conn = self.ctx.db().read().await.unwrap();
        search(&mut conn, &self.tenant, query, 100).await.unwrap().items
    }

    async fn titles(&self, text: &str) -> Vec<String> {
        let query = Query { text: text.into(), order: Order::Relevance, ..Query::default() };
        self.find(&query).await.into_iter().map(|hit| hit.title).collect()
    }

    async fn counts(&self, query: &Query) -> Counts {
        let mut conn = self.ctx.db().read().await.unwrap();
        counts(&mut conn, &self.tenant, query).await.unwrap()
    }
}

fn entry(n: u32, title: &str) -> Entry {
    Entry {
        object: format!("00000000-0000-7000-8000-{n:012}"),
        module: "practices",
        ap_id: format!("https://lviv.example/ap/practice/{n}"),
        path: format!("/practices/{n}"),
        lang: "uk".into(),
        title: title.into(),
        summary: "Коротко про практику".into(),
        territory: Some("UA46060250000025047".into()),
        licence: "CC-BY-4.0".into(),
        origin: "lviv.example".into(),
        published_at: Timestamp(1_795_000_000_000 + i64::from(n)),
        updated_at: Timestamp(1_795_000_000_000 + i64::from(n)),
        ..Entry::default()
    }
}

#[tokio::test]
async fn inflected_forms_find_each_other() {
    let shelf = Shelf::new().await;
    shelf.put(&[entry(1, "Електронна черга для громади"), entry(2, "Рішення разом із громадою"), entry(3, "Ремонт доріг")]).await;
    for asked in ["громада", "громади", "громадою", "ГРОМАДІ", "громаду"] {
        assert_eq!(shelf.titles(asked).await.len(), 2, "{asked}");
    }
    assert_eq!(shelf.titles("електронної черги").await, ["Електронна черга для громади"]);
    assert_eq!(shelf.titles("громада доріг").await, Vec::<String>::new());
}

#[tokio::test]
async fn all_apostrophes_are_one() {
    let shelf = Shelf::new().await;
    shelf.put(&[entry(1, "Підтримка здоров'я сім’ї"), entry(2, "Об`єднання громад")]).await;
    for asked in ["здоров'я", "здоров’я", "здоровʼя", "здоров`я"] {
        assert_eq!(shelf.titles(asked).await.len(), 1, "{asked}");
    }
    assert_eq!(shelf.titles("об'єднання").await, ["Об`єднання громад"]);
}

#[tokio::test]
async fn words_in_the_title_come_first_and_the_newest_among_equals() {
    let shelf = Shelf::new().await;
    let mut body = entry(9, "Черги");
    body.body = "Про бюджет участі та про воду".into();
    shelf.put(&[entry(1, "Бюджет участі"), entry(2, "Бюджет участі в школах"), body]).await;
    assert_eq!(shelf.titles("бюджет участі").await, ["Бюджет участі в школах", "Бюджет участі", "Черги"]);
}

#[tokio::test]
async fn hostile_queries_are_only_words() {
    let shelf = Shelf::new().await;
    shelf.put(&[entry(1, "Вода")]).await;
    for text in [
        "\"",
        "вода\" OR \"x",
        "' ; DROP TABLE content_index",
        "NEAR(вода)",
        "a:*&|!()",
        "%",
        "\\",
        "\u{0}",
        "вода*",
        "-вода",
        "та й",
        &"вода ".repeat(5000),
    ] {
        let _ = shelf.titles(text).await;
        let _ = shelf.counts(&Query { text: text.into(), ..Query::default() }).await;
    }
    assert_eq!(shelf.titles("вода").await, ["Вода"]);
}

#[tokio::test]
async fn drafts_and_other_tenants_are_never_found() {
    let shelf = Shelf::new().await;
    let draft = Entry { state: State::Hidden, ..entry(1, "Таємна чернетка") };
    shelf.put(&[draft.clone(), entry(2, "Вода")]).await;
    assert!(shelf.titles("чернетка").await.is_empty());
    assert_eq!(shelf.counts(&Query::default()).await.total, 1);
    assert_eq!(shelf.find(&Query::default()).await.len(), 1);
    let stranger = TenantId::new(shelf.ctx.rng(), shelf.ctx.now());
    let mut conn = shelf.ctx.db().read().await.unwrap();
    let found = search(&mut conn, &stranger, &Query { text: "вода".into(), ..Query::default() }, 10).await.unwrap();
    assert!(found.items.is_empty());
    assert_eq!(counts(&mut conn, &stranger, &Query { text: "вода".into(), ..Query::default() }).await.unwrap(), Counts::default());
    assert!(find(&mut conn, &stranger, &entry(2, "").object).await.unwrap().is_none());
    let known = find_by_ap_id(&mut conn, &shelf.tenant, &draft.ap_id).await.unwrap().unwrap();
    assert_eq!(known.state, State::Hidden);
    drop(conn);
    // Taken down after having been public, it leaves nothing behind.
    shelf.put(&[Entry { state: State::Hidden, ..entry(2, "Вода") }]).await;
    assert!(shelf.titles("вода").await.is_empty());
    assert_eq!(shelf.counts(&Query::default()).await, Counts { facets: Default::default(), total: 0 });
}

#[tokio::test]
async fn a_changed_entry_is_found_by_its_new_words_only() {
    let shelf = Shelf::new().await;
    shelf.put(&[entry(1, "Парк"), entry(2, "Школа")]).await;
    shelf.put(&[entry(1, "Бібліотека")]).await;
    assert!(shelf.titles("парк").await.is_empty());
    assert_eq!(shelf.titles("бібліотеки").await, ["Бібліотека"]);
    shelf.remove("library", &entry(1, "").object).await;
    assert_eq!(shelf.titles("бібліотека").await.len(), 1, "another module cannot remove it");
    shelf.remove("practices", &entry(1, "").object).await;
    assert!(shelf.titles("бібліотека").await.is_empty());
    assert_eq!(shelf.titles("школа").await, ["Школа"]);
}

fn varied(n: u32) -> Entry {
    let oblasts = ["UA46060250000025047", "UA80000000000093317", "UA05020030000031457"];
    Entry {
        module: if n.is_multiple_of(4) { "library" } else { "practices" },
        territory: (!n.is_multiple_of(7)).then(|| oblasts[n as usize % 3].to_owned()),
        lang: if n.is_multiple_of(5) { "en".into() } else { "uk".into() },
        facets: vec![
            ("status", if n.is_multiple_of(2) { "pilot".into() } else { "operating".into() }),
            ("evidence", format!("E{}", n % 4)),
        ],
        // Many equal moments, so that paging has ties to break.
        published_at: Timestamp(1_700_000_000_000 + i64::from(n / 5) * 40_000_000_000),
        updated_at: Timestamp(1_795_000_000_000),
        ..entry(n, if n.is_multiple_of(3) { "Вода в громаді" } else { "Світло в громаді" })
    }
}

/// Counts one by one, as slowly and as plainly as can be.
fn by_hand(hits: &[Hit]) -> Counts {
    let mut counts = Counts { total: i64::try_from(hits.len()).unwrap(), ..Counts::default() };
    let mut add = |name: &str, value: &str| *counts.facets.entry(name.into()).or_default().entry(value.into()).or_default() += 1;
    for hit in hits {
        add(model::MODULE, &hit.module);
        add(model::LANG, &hit.lang);
        add(model::YEAR, &hit.published_at.to_date()[..4]);
        hit.oblast.iter().for_each(|o| add(model::OBLAST, o));
        hit.facets.iter().for_each(|(name, value)| add(name, value));
    }
    counts
}

fn questions() -> Vec<Query> {
    let q = Query::default;
    vec![
        q(),
        Query::of_module("library"),
        Query { text: "вода".into(), ..q() },
        Query { text: "громада".into(), order: Order::Relevance, module: Some("practices".into()), ..q() },
        Query { oblasts: vec!["46".into(), "80".into()], ..q() },
        Query { territory: Some("UA4606".into()), ..q() },
        Query { facets: vec![("status".into(), vec!["pilot".into()]), ("evidence".into(), vec!["E0".into(), "E2".into()])], ..q() },
        Query { years: vec!["2023".into()], lang: Some("uk".into()), ..q() },
        Query { from: Timestamp::parse_date("2024-01-01"), to: Timestamp::parse_date("2025-06-01"), order: Order::Oldest, ..q() },
        Query { origin: Some("elsewhere.example".into()), ..q() },
    ]
}

#[tokio::test]
async fn counts_agree_with_counting_by_hand_after_any_change() {
    let shelf = Shelf::new().await;
    let all: Vec<Entry> = (1..=60).map(varied).collect();
    shelf.put(&all).await;
    // Changes of every kind: other facets, other module's turn, taken down, removed, put again.
    let mut changed: Vec<Entry> =
        (1..=20).map(|n| Entry { facets: vec![("status", "stopped".into())], territory: None, ..varied(n) }).collect();
    changed[3].state = State::Hidden;
    shelf.put(&changed).await;
    shelf.remove("practices", &varied(7).object).await;
    shelf.put(&[varied(1), varied(2)]).await;
    for query in questions() {
        let hits = shelf.find(&query).await;
        assert_eq!(shelf.counts(&query).await, by_hand(&hits), "{query:?}");
    }
}

#[tokio::test]
async fn pages_never_skip_or_repeat_in_any_order() {
    let shelf = Shelf::new().await;
    shelf.put(&(1..=60).map(varied).collect::<Vec<_>>()).await;
    for order in [Order::Newest, Order::Oldest, Order::Relevance] {
        for text in ["", "вода громада"] {
            let mut query = Query { text: text.into(), order, ..Query::default() };
            let whole: Vec<String> = shelf.find(&query).await.into_iter().map(|h| h.object).collect();
            let mut pages: Vec<String> = Vec::new();
            loop {
                let mut conn = shelf.ctx.db().read().await.unwrap();
                let page = search(&mut conn, &shelf.tenant, &query, 7).await.unwrap();
                pages.extend(page.items.into_iter().map(|h| h.object));
                match page.next {
                    Some(next) => query.cursor = Some(next.into()),
                    None => break,
                }
            }
            assert!(!whole.is_empty());
            assert_eq!(pages, whole, "{order:?} {text}");
        }
    }
}

#[tokio::test]
async fn a_class_is_found_through_the_classes_above_it() {
    let shelf = Shelf::new().await;
    let scheme = crate::classifier::shipped();
    let (child, parent) =
        scheme.accepted().find_map(|c| scheme.broader(c).next().map(|p| (c.notation.clone(), p.notation.clone()))).unwrap();
    let classed =
        |n: u32, notations: &[&String]| Entry { concepts: notations.iter().map(|s| (*s).clone()).collect(), ..entry(n, "Клас") };
    shelf.put(&[classed(1, &[&child]), classed(2, &[&parent]), classed(3, &[&parent, &child]), entry(4, "Без класу")]).await;
    let of = |notation: &String| Query { concepts: vec![vec![notation.clone()]], ..Query::default() };
    assert_eq!(shelf.find(&of(&child)).await.len(), 2);
    assert_eq!(shelf.find(&of(&parent)).await.len(), 3);
    let counts = shelf.counts(&Query::default()).await;
    assert_eq!((counts.of(model::CONCEPT, &parent), counts.of(model::CONCEPT, &child)), (3, 2));
    assert_eq!(shelf.counts(&of(&child)).await.of(model::CONCEPT, &parent), 2);
    // What only follows is counted but not shown.
    assert_eq!(shelf.find(&of(&child)).await.iter().map(|h| h.concepts.len()).collect::<Vec<_>>(), [2, 1]);
    let mut conn = shelf.ctx.db().read().await.unwrap();
    assert_eq!(concept_counts(&mut conn, &shelf.tenant).await.unwrap().get(&parent), Some(&3));
}

#[tokio::test]
async fn a_page_of_results_and_its_counts_cost_two_statements_each_at_most() {
    let shelf = Shelf::new().await;
    shelf.put(&(1..=60).map(varied).collect::<Vec<_>>()).await;
    for query in questions() {
        let mut conn = shelf.ctx.db().read().await.unwrap();
        let (_, statements) = counted(search(&mut conn, &shelf.tenant, &query, 50)).await;
        assert!((1..=2).contains(&statements.len()), "{statements:#?}");
        let (_, statements) = counted(counts(&mut conn, &shelf.tenant, &query)).await;
        assert!((1..=2).contains(&statements.len()), "{statements:#?}");
    }
}

#[tokio::test]
async fn no_list_reads_a_whole_table() {
    let shelf = Shelf::new().await;
    shelf.put(&(1..=60).map(varied).collect::<Vec<_>>()).await;
    let mut conn = shelf.ctx.db().read().await.unwrap();
    if super::store::engine(&conn) != ratusha_platform::Engine::Sqlite {
        // A small table is read whole for good reasons there; the index definitions are the same.
        return;
    }
    for query in questions() {
        let work = async {
            search(&mut conn, &shelf.tenant, &query, 50).await.unwrap();
            counts(&mut conn, &shelf.tenant, &query).await.unwrap();
        };
        let ((), statements) = counted(work).await;
        for statement in statements {
            let plan = super::store::plan(&mut conn, &statement).await.unwrap();
            let scans: Vec<&String> = plan
                .iter()
                .filter(|line| {
                    line.starts_with("SCAN") && !line.contains("VIRTUAL TABLE") && !matches!(line.as_str(), "SCAN c" | "SCAN q" | "SCAN r")
                })
                .collect();
            assert!(scans.is_empty(), "{statement}\n{plan:#?}");
        }
    }
}

#[tokio::test]
async fn cached_counts_live_exactly_until_the_next_change() {
    let shelf = Shelf::new().await;
    shelf.put(&[varied(1)]).await;
    let query = Query { text: "громада".into(), ..Query::default() };
    let before = revision(&shelf.ctx, &shelf.tenant).await.unwrap();
    assert_eq!(counts_cached(&shelf.ctx, &shelf.tenant, &query).await.unwrap().total, 1);
    let (_, statements) = counted(counts_cached(&shelf.ctx, &shelf.tenant, &query)).await;
    assert!(statements.is_empty(), "{statements:?}");
    shelf.put(&[varied(2)]).await;
    assert!(revision(&shelf.ctx, &shelf.tenant).await.unwrap() > before);
    assert_eq!(counts_cached(&shelf.ctx, &shelf.tenant, &query).await.unwrap().total, 2);
    // Another process wrote: noticed after a second.
    let mut tx = shelf.ctx.db().write().await.unwrap();
    let raised = super::store::raise_revision(&mut tx, &shelf.tenant).await.unwrap();
    tx.commit().await.unwrap();
    shelf.ctx.clock().advance(1_000);
    assert_eq!(revision(&shelf.ctx, &shelf.tenant).await.unwrap(), raised);
    assert!(cache::oblasts(&shelf.ctx).await.is_ok());
}

#[tokio::test]
async fn nothing_is_indexed_when_nothing_is_committed() {
    let shelf = Shelf::new().await;
    let mut uow = shelf.ctx.begin(&shelf.tenant, "test").await.unwrap();
    put(&mut uow, &varied(1)).await.unwrap();
    drop(uow);
    assert_eq!(shelf.counts(&Query::default()).await.total, 0);
    assert_eq!(revision(&shelf.ctx, &shelf.tenant).await.unwrap(), 0);
}
