//! Signed activities from eight actors on four servers: how many a second are durably accepted (202
//! after the commit), and how many are brought to effect.

use ratusha_federation::InboxProcessor;
use ratusha_federation_tests::{FakePeer, activities::Note};
use ratusha_platform::Clock;

use super::{
    measure::{Row, Stopwatch, percentile, scaled},
    publish::some_practice,
    raw,
    site::{self, Engine},
};

const ACTIVITIES: usize = 8_000;
const CONNECTIONS: usize = 64;

/// Replies to one practice, signed beforehand.
pub async fn run(engine: &Engine) -> Vec<Row> {
    let count = scaled(ACTIVITIES);
    let site = site::start(engine, None, false).await;
    let practice = some_practice(&site, 0).await;
    let inbox = site.tenant.ap_url("/ap/inbox");
    let mut peers = Vec::new();
    for n in 0..4 {
        peers.push(FakePeer::start(&format!("peer{n}"), n, &Clock::System).await);
    }
    let actors: Vec<(usize, String)> = (0..8).map(|n| (n % 4, peers[n % 4].person(&format!("citizen{n}")))).collect();
    let mut requests = Vec::with_capacity(count);
    for n in 0..count + actors.len() {
        let (peer, actor) = &actors[n % actors.len()];
        let peer = &peers[*peer];
        let content = format!("<p>Дякую за досвід, запитання №{n}: скільки людей потрібно, щоб почати?</p>");
        let note =
            Note { actor, in_reply_to: Some(&practice), mentions: &[("@lviv", &site.tenant.actor_id())], content: &content, warning: None };
        requests.push(raw::post(&peer.letter(&inbox, &peer.create(&peer.note(&note)))));
    }
    // The first activity of each actor costs a fetch of its keys, which is another figure.
    let cold = requests.split_off(count);
    let first = raw::send_all(site.port, cold, 1, 202).await;
    assert_eq!(first.other, 0, "the actors are taken");
    site::settle(&[&site.node]).await;

    let watch = Stopwatch::start();
    let mut run = raw::send_all(site.port, requests, CONNECTIONS, 202).await;
    let accepted = watch.per_second(format!("inbox.accepted.{}", engine.name), count, "activities/s");
    assert_eq!(run.other, 0, "everything is accepted");
    let mut rows = vec![accepted, Row::new(format!("inbox.accepted.p95.{}", engine.name), percentile(&mut run.times, 95), "ms")];

    let processor = InboxProcessor::new(site.node.ctx.clone());
    let watch = Stopwatch::start();
    let done = processor.step().await.expect("the inbox is worked on");
    assert!(done >= count, "{done} of {count}");
    rows.push(watch.per_second(format!("inbox.processed.{}", engine.name), count, "activities/s"));
    rows
}
