//! What happens in the demo country: communities publish, the hub's curator decides, everybody hears of it.

use std::{future::Future, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use ratusha_federation::{inbox, peers};
use ratusha_practices::{
    model::{Curation, State},
    service,
};
use ratusha_tenants::{Principal, Tenants, hub};

use super::country::Country;
use crate::Node;

/// The longest wait for deliveries between the nodes.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the nodes are looked at while they deliver.
const GLANCE: Duration = Duration::from_millis(50);
/// How many of each community's practices the curator leaves in the queue.
const LEFT_WAITING: usize = 1;

/// Tells the story once; a country that has lived through it is left as it is.
pub async fn tell(country: &Country) -> Result<()> {
    let hub_node = country.hub()?;
    let hub_tenant = hub_node.ctx.service::<Tenants>()?.hub().context("the hub is gone")?;
    let curator = Principal::system(&hub_tenant.id, "demo");
    if hub::list(&hub_node.ctx, &curator).await?.is_empty() {
        eprintln!("hub: admitting the communities");
        for (node, tenant) in country.communities()? {
            hub::admit(&hub_node.ctx, &curator, &tenant.host).await?;
            hub::link_now(&node.ctx, &tenant).await?;
        }
    }

    let mut published = 0;
    for (index, (node, tenant)) in country.communities()?.into_iter().enumerate() {
        if count(node, &tenant, State::Draft).await? + count(node, &tenant, State::Validated).await? == 0 {
            eprintln!("{}: writing and publishing practices", tenant.handle);
            let seeds = node.modules.seeds();
            let seed = seeds.get(index).context("there are no samples for this community")?;
            let mut uow = node.ctx.begin(&tenant.id, "demo").await?;
            seed.load(&mut uow).await?;
            uow.commit().await?;
        }
        published += count(node, &tenant, State::Validated).await?;
    }
    ensure!(published > 0, "nothing was published");

    eprintln!("hub: waiting for {published} practices");
    let arrived = || async {
        let mut conn = hub_node.ctx.db().read().await?;
        let counted = service::counts(&mut conn, &hub_tenant.id).await?;
        anyhow::Ok(counted.iter().map(|(_, n)| n).sum::<i64>() >= published)
    };
    until("the practices to reach the hub", arrived).await?;

    curate(hub_node, &hub_tenant, &curator).await?;
    eprintln!("all: waiting until everything has been delivered");
    let settled = || async {
        for node in &country.nodes {
            if !is_idle(node).await? {
                return Ok(false);
            }
        }
        anyhow::Ok(true)
    };
    until("the nodes to settle", settled).await
}

/// How many practices of `tenant` are in `state`.
async fn count(node: &Node, tenant: &ratusha_tenants::Tenant, state: State) -> Result<i64> {
    let mut conn = node.ctx.db().read().await?;
    let (states, _) = service::overview(&node.ctx, &mut conn, &tenant.id).await?;
    Ok(states.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n))
}

/// Accepts most of what waits, returns one with remarks, and leaves some of each community waiting.
async fn curate(node: &Node, hub: &ratusha_tenants::Tenant, curator: &Principal) -> Result<()> {
    let mut conn = node.ctx.db().read().await?;
    let decided = service::counts(&mut conn, &hub.id).await?.iter().any(|(state, n)| *state == Curation::Accepted && *n > 0);
    if decided {
        return Ok(());
    }
    eprintln!("hub: a curator decides");
    let waiting = service::queue(&mut conn, &hub.id, curator, &[Curation::Waiting], None, 200).await?.items;
    let mut communities: Vec<&str> = waiting.iter().map(|row| row.community.as_str()).collect();
    communities.sort_unstable();
    communities.dedup();
    let mut returned = false;
    for community in communities {
        let of_one: Vec<_> = waiting.iter().filter(|row| row.community == community).collect();
        let decide = of_one.len().saturating_sub(LEFT_WAITING);
        for row in of_one.into_iter().take(decide) {
            let (_, remote, _) = service::curation(&mut conn, &hub.id, curator, &row.id).await?;
            let class = remote.card.concepts.first().cloned().unwrap_or_default();
            let (choice, note) = if returned {
                (service::Choice::Accept { class }, "Результати виміряно, джерела названо.")
            } else {
                returned = true;
                (service::Choice::Return, "Додайте, будь ласка, як рахували показник «до»: за який період і за якими записами.")
            };
            let mut uow = node.ctx.begin(&hub.id, curator.by()).await?;
            service::decide(&mut uow, curator, &row.id, row.version, &choice, note).await?;
            uow.commit().await?;
        }
    }
    Ok(())
}

/// True when nothing waits to be sent or taken in.
async fn is_idle(node: &Node) -> Result<bool> {
    let mut conn = node.ctx.db().read().await?;
    let (received, _) = inbox::backlog(&mut conn).await?;
    let sent = peers(&mut conn).await?.iter().map(|peer| peer.waiting).sum::<i64>();
    Ok(received + sent == 0)
}

/// Looks again and again until `done` says so.
async fn until<F: Future<Output = Result<bool>>>(what: &str, done: impl Fn() -> F) -> Result<()> {
    let waited = async {
        while !done().await? {
            tokio::time::sleep(GLANCE).await;
        }
        anyhow::Ok(())
    };
    match tokio::time::timeout(PATIENCE, waited).await {
        Ok(result) => result,
        Err(_) => bail!("waited {} s in vain for {what}", PATIENCE.as_secs()),
    }
}
