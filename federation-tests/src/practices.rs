//! Practices in the stories: written, published, changed and decided upon through the same use cases as the pages.

use ratusha_federation::{Delivery, delivery};
use ratusha_platform::{AppResult, Uow};
use ratusha_practices::{
    model::{Card, Curation, CurationRow, Decision, Practice, PracticeId},
    seeds,
    service::{self, Choice, Draft},
    store,
};
use ratusha_tenants::Principal;

use crate::Cluster;

/// A card that meets every public criterion.
#[must_use]
pub fn card(title: &str) -> Card {
    let sample = seeds::samples().swap_remove(0).card;
    Card { title: title.to_owned(), concepts: vec!["01.01".to_owned()], ..sample }
}

impl Cluster {
    /// Does something in a unit of work of `town`, as its editors may.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn work<T>(&self, town: &str, act: impl AsyncFnOnce(&mut Uow, &Principal) -> AppResult<T>) -> T {
        self.try_work(town, act).await.unwrap_or_else(|error| panic!("{town}: {}: {:?}", error.chain(), error.fields))
    }

    /// The same, refusals included.
    ///
    /// # Errors
    /// What the use case says.
    pub async fn try_work<T>(&self, town: &str, act: impl AsyncFnOnce(&mut Uow, &Principal) -> AppResult<T>) -> AppResult<T> {
        let who = self.principal(town);
        let mut uow = self.ctx(town).begin(&self.tenant(town).id, who.by()).await?;
        let done = act(&mut uow, &who).await?;
        uow.commit().await?;
        Ok(done)
    }

    /// A draft.
    pub async fn draft(&self, town: &str, card: Card) -> Practice {
        self.work(town, async |uow, who| service::draft(uow, who, Draft { card, ..Draft::default() }).await).await
    }

    /// A published practice; what follows from it has not happened yet.
    pub async fn publish(&self, town: &str, title: &str) -> Practice {
        let draft = self.draft(town, card(title)).await;
        self.work(town, async |uow, who| {
            let proposed = service::submit(uow, who, &draft.id, draft.version).await?;
            service::publish(uow, who, &draft.id, proposed.version).await
        })
        .await
    }

    /// The practice as it stands now.
    pub async fn practice(&self, town: &str, id: &PracticeId) -> Practice {
        let mut conn = self.ctx(town).db().read().await.expect("a connection");
        store::find_practice(&mut conn, &self.tenant(town).id, id).await.expect("the database answers").expect("the practice is there")
    }

    /// Changes the card a minute later.
    pub async fn edit(&self, town: &str, id: &PracticeId, change: impl FnOnce(&mut Card)) -> Practice {
        self.clock.advance(60_000);
        let before = self.practice(town, id).await;
        let mut card = before.card.clone();
        change(&mut card);
        self.work(town, async |uow, who| service::edit(uow, who, id, before.version, card, "").await).await
    }

    /// Deletes the practice a minute later.
    pub async fn delete(&self, town: &str, id: &PracticeId) {
        self.clock.advance(60_000);
        let before = self.practice(town, id).await;
        self.work(town, async |uow, who| service::delete(uow, who, id, before.version).await).await;
    }

    /// The address of a practice in the fediverse.
    #[must_use]
    pub fn ap_id(&self, town: &str, id: &PracticeId) -> String {
        self.tenant(town).ap_url(&format!("/ap/practice/{id}"))
    }

    /// What became of the last activity about a practice.
    pub async fn report(&self, town: &str, id: &PracticeId) -> Delivery {
        let activity = self.practice(town, id).await.activity.expect("it was told of");
        let ctx = self.ctx(town);
        let mut conn = ctx.db().read().await.expect("a connection");
        delivery(&mut conn, ctx, &self.tenant(town).id, &activity).await.expect("a report")
    }

    /// Everything that the hub has ever heard of, those that came first on top.
    pub async fn curations(&self) -> Vec<CurationRow> {
        let mut conn = self.ctx("hub").db().read().await.expect("a connection");
        store::list_queue(&mut conn, &self.tenant("hub").id, Curation::ALL, None, 1000).await.expect("the queue")
    }

    /// The hub's row for the practice with this address.
    pub async fn curation(&self, ap_id: &str) -> Option<CurationRow> {
        self.curations().await.into_iter().find(|row| row.ap_id == ap_id)
    }

    /// A curator decides, a minute later.
    pub async fn decide(&self, ap_id: &str, choice: Choice, note: &str) -> CurationRow {
        self.clock.advance(60_000);
        let row = self.curation(ap_id).await.expect("it is in the queue");
        self.work("hub", async |uow, who| service::decide(uow, who, &row.id, row.version, &choice, note).await).await
    }

    /// What the node of `town` knows of the hub's decisions, the newest first.
    pub async fn decisions(&self, town: &str, id: &PracticeId) -> Vec<Decision> {
        let mut conn = self.ctx(town).db().read().await.expect("a connection");
        store::list_decisions(&mut conn, &self.tenant(town).id, id).await.expect("decisions")
    }
}

/// Accepts into the class in which [`card`] stands.
#[must_use]
pub fn accept() -> Choice {
    Choice::Accept { class: "01.01".to_owned() }
}
