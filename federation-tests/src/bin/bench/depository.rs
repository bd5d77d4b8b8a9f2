//! The national page with 100,000 practices of all oblasts.
//!
//! The bench alone fills the depository past the inbox: it writes the rows of curated copies through
//! the module's own stores and puts each into the index through `content::index::put`, five hundred in a
//! unit of work, exactly as accepting them one by one would have left them.

use ratusha_content::index;
use ratusha_platform::Timestamp;
use ratusha_practices::{
    model::{Curation, CurationRow, Evidence, PracticeId, Remote, State},
    seeds, service, store,
};

use super::{
    measure::{Row, Stopwatch, percentile, scaled},
    raw,
    site::{self, Engine, Site},
};

const PRACTICES: usize = 100_000;
const BATCH: usize = 500;
const UNCACHED: usize = 400;
const CACHED: usize = 20_000;
const CONNECTIONS: usize = 8;
/// Words that occur in the samples; the queries are made of them.
const WORDS: [&str; 8] = ["громада", "черга", "послуги", "школи", "бюджет", "дані", "карта", "рада"];

/// Fills, warms up, asks.
pub async fn run(engine: &Engine) -> Vec<Row> {
    let site = site::start(engine, None, true).await;
    let watch = Stopwatch::start();
    fill(&site).await;
    let mut rows = vec![Row::new(format!("depository.fill.{}", engine.name), watch.wall(), "s").cpu(watch.cpu())];

    let more = scaled(CACHED);
    for (kind, address) in KINDS {
        let many = scaled(UNCACHED);
        // Statements are prepared and pages of the file are in memory, as on a machine that has served for a minute.
        let warm: Vec<Vec<u8>> = (0..20).map(|n| raw::get(&site.tenant.host, &address(many + n))).collect();
        assert_eq!(raw::send_all(site.port, warm, CONNECTIONS, 200).await.other, 0, "the page answers");
        let requests: Vec<Vec<u8>> = (0..many).map(|n| raw::get(&site.tenant.host, &address(n))).collect();
        let watch = Stopwatch::start();
        let mut run = raw::send_all(site.port, requests, CONNECTIONS, 200).await;
        assert_eq!(run.other, 0, "every query is answered");
        rows.push(watch.per_second(format!("depository.{kind}.{}", engine.name), many, "requests/s"));
        rows.push(Row::new(format!("depository.{kind}.p95.{}", engine.name), percentile(&mut run.times, 95), "ms"));
    }

    let cached: Vec<Vec<u8>> = (0..more).map(|_| raw::get(&site.tenant.host, "/practices")).collect();
    raw::send_all(site.port, vec![raw::get(&site.tenant.host, "/practices")], 1, 200).await;
    let watch = Stopwatch::start();
    let mut run = raw::send_all(site.port, cached, CONNECTIONS, 200).await;
    assert_eq!(run.other, 0, "the page is answered");
    rows.push(watch.per_second(format!("depository.cached.{}", engine.name), more, "requests/s"));
    rows.push(Row::new(format!("depository.cached.p95.{}", engine.name), percentile(&mut run.times, 95), "ms"));
    rows
}

/// Makes the n-th address of a kind of page.
type Address = fn(usize) -> String;

/// Pages that nobody has asked for before: the whole list, the list of one oblast, a word with a number that
/// hardly any practice has, and a word that very many have.
const KINDS: [(&str, Address); 4] = [
    ("list", |n| format!("/practices?n={n}")),
    ("oblast", |n| format!("/practices?oblast={}&n={n}", ["46", "53", "12", "51"][n % 4])),
    ("search_rare", |n| format!("/practices?q={}+{n}", word(n))),
    ("search_common", |n| format!("/practices?q={}&n={n}", word(n))),
];

fn word(n: usize) -> String {
    url::form_urlencoded::byte_serialize(WORDS[n % WORDS.len()].as_bytes()).collect()
}

async fn fill(site: &Site) {
    let samples = seeds::samples();
    let oblasts = {
        let mut conn = site.node.ctx.db().read().await.expect("a connection");
        ratusha_tenants::territory::oblasts(&mut conn).await.expect("the codifier")
    };
    let scheme = {
        let mut conn = site.node.ctx.db().read().await.expect("a connection");
        service::scheme(&mut conn, &site.tenant.id).await.expect("the classifier")
    };
    let classes: Vec<String> =
        scheme.accepted().map(|concept| concept.notation.clone()).filter(|notation| notation.contains('.')).collect();
    let now = site.node.ctx.now();
    for batch in 0..scaled(PRACTICES) / BATCH {
        let mut uow = site.node.ctx.begin(&site.tenant.id, "bench").await.expect("a unit of work");
        for n in batch * BATCH..(batch + 1) * BATCH {
            let oblast = &oblasts[n % oblasts.len()];
            let at = Timestamp(now.0 - i64::try_from(n).expect("a number") * 600_000);
            let mut card = samples[n % samples.len()].card.clone();
            let class = classes[n % classes.len()].clone();
            card.title = format!("{} №{n}", card.title);
            card.concepts = vec![class.clone()];
            let host = format!("town{}.example", n % 1469);
            let remote = Remote {
                ap_id: format!("https://{host}/ap/practice/{}", uow.new_id()),
                actor: format!("https://{host}/ap/actor"),
                actor_name: format!("Громада {}", n % 1469),
                actor_handle: format!("@town{}@{host}", n % 1469),
                url: format!("https://{host}/practices/{n}"),
                replies: String::new(),
                state: State::Validated,
                evidence: Evidence::E1,
                number: 1,
                review_due: Some(now.plus_days(200)),
                published_at: at,
                updated_at: at,
                deleted_at: None,
                host,
                card,
            };
            let curation = CurationRow {
                id: PracticeId::new(site.node.ctx.rng(), at),
                ap_id: remote.ap_id.clone(),
                state: Curation::Accepted,
                version: 2,
                title: remote.card.title.clone(),
                community: remote.actor_name.clone(),
                class,
                note: String::new(),
                curator: "bench".to_owned(),
                seen_number: 1,
                announce: None,
                add_activity: None,
                queued_at: at,
                decided_at: Some(at),
            };
            let now = uow.now();
            store::upsert_remote(uow.conn(), &remote, now).await.expect("a copy");
            store::insert_curation(uow.conn(), &site.tenant.id, &curation).await.expect("a row of the queue");
            index::put(&mut uow, &service::entry_of_copy(&curation, &remote, Some(&oblast.code), &scheme)).await.expect("an entry");
        }
        uow.commit().await.expect("a commit");
    }
}
