//! The one writer of deliveries: many are stored in one transaction before any of them is answered.

use std::sync::OnceLock;

use ratusha_platform::{AppError, AppResult, Ctx, Db, Kind, TenantId, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::store;

/// At most so many deliveries in one transaction.
const BATCH: usize = 256;

/// A verified delivery.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub id: String,
    pub tenant: TenantId,
    pub activity_id: String,
    pub sha256: [u8; 32],
    pub body: Vec<u8>,
    pub actor: String,
    pub host: String,
    pub received_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// It stands in the inbox.
    New,
    /// The same bytes were here already.
    Known,
    /// Its address was here with other bytes; laid aside.
    Quarantined,
}

struct Parcel {
    item: Item,
    answer: oneshot::Sender<Option<Stored>>,
}

/// Starts with the first delivery and ends with the service.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    sender: OnceLock<mpsc::Sender<Parcel>>,
}

impl Writer {
    /// Returns when `item` is safely on disk.
    pub(crate) async fn store(&self, ctx: &Ctx, item: Item) -> AppResult<Stored> {
        let sender = self.sender.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(4 * BATCH);
            tokio::spawn(work(ctx.db().clone(), receiver));
            sender
        });
        let busy = || AppError::new(Kind::Unavailable, "unavailable");
        let (answer, stored) = oneshot::channel();
        sender.send(Parcel { item, answer }).await.map_err(|_| busy())?;
        stored.await.ok().flatten().ok_or_else(busy)
    }
}

async fn work(db: Db, mut parcels: mpsc::Receiver<Parcel>) {
    let mut position = 0;
    let mut batch = Vec::with_capacity(BATCH);
    while parcels.recv_many(&mut batch, BATCH).await > 0 {
        let (items, answers): (Vec<Item>, Vec<_>) = batch.drain(..).map(|parcel| (parcel.item, parcel.answer)).unzip();
        let stored = write_all(&db, &items, &mut position).await;
        for (answer, stored) in answers.into_iter().zip(stored) {
            let _ = answer.send(stored);
        }
    }
}

/// All at once; if the database does not take them so, one by one, because one that it never takes
/// must not turn away those that came with it.
async fn write_all(db: &Db, items: &[Item], position: &mut i64) -> Vec<Option<Stored>> {
    let error = match write(db, items, position).await {
        Ok(stored) => return stored.into_iter().map(Some).collect(),
        Err(error) => error,
    };
    tracing::error!(%error, deliveries = items.len(), "deliveries cannot be stored");
    if items.len() < 2 || error.as_database_error().is_none() {
        return vec![None; items.len()];
    }
    let mut stored = Vec::with_capacity(items.len());
    for item in items {
        let alone = write(db, std::slice::from_ref(item), position).await;
        stored.push(alone.ok().and_then(|mut stored| stored.pop()));
    }
    stored
}

async fn write(db: &Db, items: &[Item], position: &mut i64) -> sqlx::Result<Vec<Stored>> {
    let mut tx = db.write().await?;
    let mut stored = Vec::with_capacity(items.len());
    let mut rest = items;
    while !rest.is_empty() {
        // Few sizes, so that the prepared statements can be used again.
        let size = [64, 16, 4, 1].into_iter().find(|size| *size <= rest.len()).unwrap_or(1);
        let (part, more) = rest.split_at(size.min(rest.len()));
        rest = more;
        let numbered: Vec<(&Item, i64)> = part
            .iter()
            .map(|item| {
                // Ordered by time, and never the same twice in this process.
                *position = (*position + 1).max(item.received_at.0.saturating_mul(1000));
                (item, *position)
            })
            .collect();
        let new = store::insert_items(&mut tx, &numbered).await?;
        for item in part {
            stored.push(if new.contains(&item.id) {
                Stored::New
            } else if store::find_hash(&mut tx, &item.tenant, &item.activity_id).await?.as_deref() == Some(&item.sha256[..]) {
                Stored::Known
            } else {
                store::quarantine(&mut tx, item).await?;
                Stored::Quarantined
            });
        }
    }
    tx.commit().await?;
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratusha_platform::Engine;

    fn item(n: u8, activity_id: &str) -> Item {
        Item {
            id: format!("item-{n}"),
            tenant: TenantId::trusted("t"),
            activity_id: activity_id.to_owned(),
            sha256: [n; 32],
            body: vec![n],
            actor: "https://a.example/u".to_owned(),
            host: "a.example".to_owned(),
            received_at: Timestamp(1),
        }
    }

    #[tokio::test]
    async fn r11_a_delivery_that_the_database_never_takes_does_not_turn_away_the_others() {
        let test = ratusha_platform::testkit::database().await;
        let items = [item(1, "https://a.example/1"), item(2, "https://a.example/\0"), item(3, "https://a.example/3")];
        let stored = write_all(&test.db, &items, &mut 0).await;
        assert_eq!((stored[0], stored[2]), (Some(Stored::New), Some(Stored::New)));
        // Only PostgreSQL refuses NUL in text.
        assert_eq!(stored[1].is_none(), test.db.engine() == Engine::Postgres);
        assert_eq!(write_all(&test.db, &items[..1], &mut 0).await, [Some(Stored::Known)]);
    }
}
