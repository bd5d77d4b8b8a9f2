//! Work that comes due: the yearly look at a card, and offering a practice to a hub that was out of reach.

use async_trait::async_trait;
use ratusha_content::index;
use ratusha_platform::{
    AppResult, Ctx, TenantId, Timestamp,
    jobs::{Job, JobError},
};
use ratusha_tenants::{Tenants, audit::Audit};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    model::{Freshness, PracticeId, State},
    service, store,
};

/// A hub that is still unknown is asked about again after ten minutes.
const AGAIN_MS: i64 = 10 * 60 * 1000;

/// Looks at a card when its confirmation becomes due, and again when it counts as outdated.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReviewDue {
    /// The practice.
    pub practice: String,
    /// For which moment the look was planned, in milliseconds.
    pub at: i64,
}

#[async_trait]
impl Job for ReviewDue {
    const NAME: &'static str = "practices.review_due";

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        Ok(look(ctx, tenant, &PracticeId::trusted(self.practice), Timestamp(self.at)).await?)
    }
}

async fn look(ctx: &Ctx, tenant: &TenantId, id: &PracticeId, at: Timestamp) -> AppResult<()> {
    let mut uow = ctx.begin(tenant, ReviewDue::NAME).await?;
    let Some(practice) = store::find_practice(uow.conn(), tenant, id).await? else { return Ok(()) };
    let freshness = practice.freshness(at);
    // Confirmed, archived or deleted since: another look is planned where one is needed.
    if practice.state != State::Validated || freshness == Freshness::Fresh {
        return Ok(());
    }
    uow.audit("practices.review_due", id.as_str(), json!({"freshness": freshness.as_str()})).await?;
    // The banner follows from the date; cached pages must learn of it.
    index::bump(&mut uow).await?;
    uow.commit().await
}

/// Sends a public practice to the hub once its desk is known.
#[derive(Debug, Serialize, Deserialize)]
pub struct OfferToHub {
    /// The practice.
    pub practice: String,
}

#[async_trait]
impl Job for OfferToHub {
    const NAME: &'static str = "practices.offer_to_hub";
    const DEDUPLICATED: bool = true;

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        Ok(offer(ctx, tenant, self).await?)
    }
}

async fn offer(ctx: &Ctx, tenant: &TenantId, job: OfferToHub) -> AppResult<()> {
    let tenant = ctx.service::<Tenants>()?.get(tenant)?;
    let mut uow = ctx.begin(&tenant.id, OfferToHub::NAME).await?;
    let id = PracticeId::trusted(job.practice.clone());
    let Some(mut practice) = store::find_practice(uow.conn(), &tenant.id, &id).await? else { return Ok(()) };
    if practice.state != State::Validated {
        return Ok(());
    }
    if service::is_hub_still_unknown(ctx, uow.conn(), &tenant).await? {
        let at = uow.now().plus_ms(AGAIN_MS);
        uow.enqueue_at(&job, at).await?;
        return uow.commit().await;
    }
    practice.activity = Some(service::announce_change(&mut uow, &tenant, &practice, false).await?);
    let version = practice.version;
    store::update_practice(uow.conn(), &tenant.id, &practice, version).await?;
    uow.commit().await
}
