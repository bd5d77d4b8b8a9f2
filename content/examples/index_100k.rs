//! Measures the index with 100,000 entries: `cargo run -p ratusha-content --example index_100k --features testkit`.
//!
//! `RATUSHA_TEST_DB` chooses PostgreSQL, as in the tests.

use std::{sync::Arc, time::Instant};

use ratusha_content::index::{self, Entry, Memory, Order, Query};
use ratusha_platform::{Services, TenantId, Timestamp, testkit};

const ENTRIES: u32 = 100_000;
const BATCH: u32 = 500;
const WORDS: [&str; 24] = [
    "громада",
    "вода",
    "школа",
    "дорога",
    "бюджет",
    "послуга",
    "реєстр",
    "дані",
    "безпека",
    "освіта",
    "медицина",
    "транспорт",
    "енергія",
    "довкілля",
    "культура",
    "молодь",
    "житло",
    "відбудова",
    "підприємець",
    "земля",
    "архів",
    "звернення",
    "петиція",
    "навчання",
];

fn entry(n: u32, notations: &[String]) -> Entry {
    // A fixed multiplier spreads the choices without any randomness.
    let mut state = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut pick = |of: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % of as u64).unwrap_or(0)
    };
    let words: Vec<&str> = (0..6).map(|_| WORDS.get(pick(WORDS.len())).copied().unwrap_or_default()).collect();
    let length = pick(60);
    let body: Vec<&str> = (0..length).map(|_| WORDS.get(pick(WORDS.len())).copied().unwrap_or_default()).collect();
    let oblast = pick(25) + 1;
    let concepts = (0..3).filter_map(|_| notations.get(pick(notations.len().max(1))).cloned()).collect();
    Entry {
        object: format!("00000000-0000-7000-8000-{n:012}"),
        module: "practices",
        ap_id: format!("https://c{}.example/ap/practice/{n}", n % 1400),
        path: format!("/practices/{n}"),
        lang: "uk".into(),
        title: format!("{} {} {}", words.first().unwrap_or(&""), words.get(1).unwrap_or(&""), n),
        summary: words.join(" "),
        body: body.join(" "),
        territory: Some(format!("UA{oblast:02}060250000025047")),
        licence: "CC-BY-4.0".into(),
        origin: format!("c{}.example", n % 1400),
        concepts,
        facets: vec![
            ("status", ["pilot", "operating", "stopped"].get(pick(3)).copied().unwrap_or_default().to_owned()),
            ("evidence", format!("E{}", pick(4))),
        ],
        published_at: Timestamp(1_600_000_000_000 + i64::from(n) * 1_900_000),
        updated_at: Timestamp(1_795_000_000_000),
        ..Entry::default()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (ctx, _db) = testkit::context(&[]).await;
    let mut services = Services::default();
    services.add(Arc::new(Memory::default()));
    ctx.install(services)?;
    let tenant = TenantId::new(ctx.rng(), ctx.now());
    let notations: Vec<String> = ratusha_content::classifier::shipped().accepted().map(|c| c.notation.clone()).collect();
    let start = Instant::now();
    for from in (0..ENTRIES).step_by(BATCH as usize) {
        let mut uow = ctx.begin(&tenant, "example").await?;
        for n in from..from + BATCH {
            index::put(&mut uow, &entry(n, &notations)).await?;
        }
        uow.commit().await?;
    }
    println!("{ENTRIES} entries put in {:?}, {:?} each", start.elapsed(), start.elapsed() / ENTRIES);
    let q = Query::default;
    let questions = [
        ("everything", q()),
        ("one module", Query::of_module("practices")),
        ("a common word", Query { text: "громада".into(), order: Order::Relevance, ..q() }),
        ("two words", Query { text: "громада вода".into(), order: Order::Relevance, ..q() }),
        ("a rare word", Query { text: "99999".into(), order: Order::Relevance, ..q() }),
        ("a region", Query { oblasts: vec!["05".into()], ..q() }),
        ("a class", Query { concepts: notations.first().map(|n| vec![n.clone()]).into_iter().collect(), ..q() }),
        (
            "a class and a status",
            Query {
                concepts: notations.last().map(|n| vec![n.clone()]).into_iter().collect(),
                facets: vec![("status".into(), vec!["pilot".into()])],
                ..q()
            },
        ),
        ("a word in a region", Query { text: "бюджет".into(), oblasts: vec!["05".into()], order: Order::Relevance, ..q() }),
        ("a year", Query { years: vec!["2024".into()], ..q() }),
    ];
    println!("{:<24} {:>10} {:>12} {:>12} {:>12}", "query", "found", "page", "next page", "counts");
    let mut conn = ctx.db().read().await?;
    for (name, query) in questions {
        index::search(&mut conn, &tenant, &query, 20).await?;
        let start = Instant::now();
        let page = index::search(&mut conn, &tenant, &query, 20).await?;
        let first = start.elapsed();
        let next = Query { cursor: page.next.map(Into::into), ..query.clone() };
        let start = Instant::now();
        index::search(&mut conn, &tenant, &next, 20).await?;
        let second = start.elapsed();
        let start = Instant::now();
        let counts = index::counts(&mut conn, &tenant, &query).await?;
        println!("{name:<24} {:>10} {first:>12.1?} {second:>12.1?} {:>12.1?}", counts.total, start.elapsed());
    }
    let start = Instant::now();
    index::counts_cached(&ctx, &tenant, &q()).await?;
    let cold = start.elapsed();
    let start = Instant::now();
    index::counts_cached(&ctx, &tenant, &q()).await?;
    println!("cached counts of everything: first {cold:.1?}, then {:.1?}", start.elapsed());
    Ok(())
}
