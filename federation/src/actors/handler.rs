//! What the protocol itself does with an activity before any handler sees it: what was deleted
//! stays deleted, and actors are read again at their origin.

use ratusha_platform::{AppResult, Uow};
use serde_json::Value;
use url::Url;

use super::{RemoteActor, parse_actor, store};
use crate::{
    registry::{Outcome, Received},
    service::Federation,
    wire::ids,
};

/// What comes next.
pub(crate) enum Before {
    /// This is what became of it; no handler is asked.
    Stop(Outcome),
    /// Handlers are asked; `handled` when there was an effect already.
    Go {
        /// The actor as it is now, when it was read again.
        actor: Option<Box<RemoteActor>>,
        /// Whether there was an effect already.
        handled: bool,
    },
}

/// Runs inside the activity's savepoint.
pub(crate) async fn before_dispatch(uow: &mut Uow, federation: &Federation, received: &Received) -> AppResult<Before> {
    let go = Before::Go { actor: None, handled: false };
    let Some(object) = received.object_id() else { return Ok(go) };
    let itself = ids::id_of(&received.object).is_some_and(|object| Url::parse(&received.actor.id).is_ok_and(|actor| actor == object));
    match received.kind.as_str() {
        "Create" | "Update" if !itself && store::is_tombstoned(uow.conn(), &object).await? => Ok(Before::Stop(Outcome::Ignored("deleted"))),
        "Update" if itself => match received.fetched.get(&received.actor.id) {
            None => Ok(Before::Stop(Outcome::Fetch(received.actor.id.clone()))),
            Some(document) => match parse_actor(document, uow.now()) {
                Ok(actor) if actor.id == received.actor.id => {
                    let actor = store::put_remote_actor(uow.conn(), &actor).await?;
                    forget(uow, federation, &actor.id);
                    federation.directory.actor_changed(uow, &actor).await?;
                    Ok(Before::Go { actor: Some(Box::new(actor)), handled: true })
                }
                _ => Ok(Before::Stop(Outcome::Ignored("not confirmed by its origin"))),
            },
        },
        "Delete" => {
            let now = uow.now();
            store::put_tombstone(uow.conn(), &object, &received.actor.host, now).await?;
            if itself {
                store::mark_gone(uow.conn(), &received.actor.id, now).await?;
                forget(uow, federation, &received.actor.id);
                federation.directory.actor_gone(uow, &received.actor.id).await?;
            }
            Ok(Before::Go { actor: None, handled: true })
        }
        _ => Ok(go),
    }
}

fn forget(uow: &mut Uow, federation: &Federation, id: &str) {
    let (cache, id) = (federation.actors.clone(), id.to_owned());
    uow.after_commit(Box::new(move || cache.invalidate(&id)));
}

/// Keeps an actor that a handler asked for by [`Outcome::Fetch`]; `None` when the document is none.
///
/// # Errors
/// Internal, from the database.
pub async fn remember(uow: &mut Uow, document: &Value) -> AppResult<Option<RemoteActor>> {
    let federation = uow.ctx().service::<Federation>()?;
    let Ok(actor) = parse_actor(document, uow.now()) else { return Ok(None) };
    let actor = store::put_remote_actor(uow.conn(), &actor).await?;
    forget(uow, &federation, &actor.id);
    Ok(Some(actor))
}
