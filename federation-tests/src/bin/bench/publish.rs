//! From the commit at the city to the row in the hub's queue, with the workers of both nodes running.

use std::time::{Duration, Instant};

use ratusha_federation_tests::practices::card;
use ratusha_practices::{
    service::{self, Draft},
    store,
};
use ratusha_tenants::hub;
use tokio_util::sync::CancellationToken;

use super::{
    measure::{Row, Stopwatch, percentile, scaled},
    site::{self, Engine, Site},
};

const ROUNDS: usize = 50;

/// Publishes a practice at `site`; returns its address.
pub async fn some_practice(site: &Site, n: usize) -> String {
    let who = site::system();
    let mut uow = site.node.ctx.begin(&site.tenant.id, "bench").await.expect("a unit of work");
    let card = card(&format!("Практика №{n}"));
    let draft = service::draft(&mut uow, &who, Draft { card, ..Draft::default() }).await.expect("a draft");
    let proposed = service::submit(&mut uow, &who, &draft.id, draft.version).await.expect("a proposal");
    service::publish(&mut uow, &who, &draft.id, proposed.version).await.expect("a practice");
    uow.commit().await.expect("a commit");
    site.tenant.ap_url(&format!("/ap/practice/{}", draft.id))
}

/// Fifty rounds, one after the other.
pub async fn run(engine: &Engine) -> Vec<Row> {
    let rounds = scaled(ROUNDS);
    let center = site::start(engine, None, true).await;
    let city = site::start(engine, Some(center.tenant.base_url.clone()), false).await;
    hub::admit(&center.node.ctx, &site::system(), &city.tenant.host).await.expect("the hub admits");
    site::settle(&[&center.node, &city.node]).await;
    let stop = CancellationToken::new();
    let workers = [center.node.start_workers(&stop), city.node.start_workers(&stop)];
    let watch = Stopwatch::start();
    let mut times = Vec::with_capacity(rounds);
    for n in 0..rounds {
        let started = Instant::now();
        let ap_id = some_practice(&city, n).await;
        while !is_there(&center, &ap_id).await {
            assert!(started.elapsed() < Duration::from_secs(30), "{ap_id} never comes");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(started.elapsed());
    }
    let cpu = watch.cpu() / rounds as f64;
    stop.cancel();
    for mut running in workers {
        while running.join_next().await.is_some() {}
    }
    vec![
        Row::new(format!("publish_to_hub.p50.{}", engine.name), percentile(&mut times, 50), "ms").cpu(cpu),
        Row::new(format!("publish_to_hub.p95.{}", engine.name), percentile(&mut times, 95), "ms").cpu(cpu),
    ]
}

async fn is_there(center: &Site, ap_id: &str) -> bool {
    let mut conn = center.node.ctx.db().read().await.expect("a connection");
    store::find_curation_of(&mut conn, &center.tenant.id, ap_id).await.expect("the queue").is_some()
}
