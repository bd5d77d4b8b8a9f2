//! Follow and its undoing, the answers to our own, and blocks.

use async_trait::async_trait;
use ratusha_federation::{
    Inbox,
    outbox::{self, Audience, Emit},
    registry::{ActivityHandler, Outcome, Received},
    wire::ids,
};
use ratusha_platform::{AppResult, Uow};
use serde_json::{Value, json};

use super::{
    service,
    store::{self, Follower},
};
use crate::{
    actor::{ActorKind, Actors},
    audit::Audit,
};

/// Takes everything about following.
#[derive(Debug, Clone, Copy)]
pub struct FollowHandler;

#[async_trait]
impl ActivityHandler for FollowHandler {
    fn name(&self) -> &'static str {
        "follow"
    }

    fn claims(&self, received: &Received) -> bool {
        match received.kind.as_str() {
            "Follow" | "Block" | "Move" => true,
            "Undo" => matches!(received.object_type(), "Follow" | "Block"),
            // An answer by address alone names the activity; what is about an object of ours, such as a practice, is not for us.
            "Accept" | "Reject" => {
                received.object_type() == "Follow" || received.object.as_str().is_some_and(|id| id.contains("/ap/activity/"))
            }
            _ => false,
        }
    }

    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        match received.kind.as_str() {
            "Follow" => self.follow(uow, received).await,
            "Undo" if received.object_type() == "Follow" => self.undo(uow, received).await,
            "Accept" => answer(uow, received, "accepted").await,
            "Reject" => answer(uow, received, "rejected").await,
            "Block" => self.block(uow, received).await,
            // A follower who moves follows anew from the new place.
            "Move" => Ok(Outcome::Ignored("a follower moved")),
            _ => Ok(Outcome::Ignored("nothing to undo")),
        }
    }
}

impl FollowHandler {
    /// The actor of ours that `target` names, if it can be followed.
    async fn target(&self, uow: &mut Uow, received: &Received, target: &Value) -> AppResult<Option<String>> {
        let Some(id) = ids::id_of(target) else { return Ok(None) };
        let ctx = uow.ctx().clone();
        let found = ctx.service::<Actors>()?.find(ctx.keyring(), uow.conn(), id.as_str()).await?;
        Ok(found.filter(|actor| actor.tenant == received.tenant && actor.kind != ActorKind::Server).map(|actor| actor.id.clone()))
    }

    async fn follow(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        let Some(actor) = self.target(uow, received, &received.object).await? else {
            return Ok(Outcome::Ignored("nobody of ours can be followed by that address"));
        };
        let Some(inbox) = received.actor.delivery_inbox() else {
            return Ok(Outcome::Ignored("nothing can be delivered to the follower"));
        };
        let own_inbox = Inbox::new(&received.actor.inbox).unwrap_or_else(|| inbox.clone());
        if service::is_blocked(uow.conn(), &received.tenant, &received.actor.host).await? {
            return Ok(Outcome::Ignored("the host is blocked"));
        }
        let seq = outbox::current_seq(uow.conn(), &received.tenant).await?;
        let follower = Follower {
            actor_id: actor.clone(),
            remote_actor: received.actor.id.clone(),
            inbox: inbox.url,
            host: inbox.host,
            follow_id: received.id.clone(),
        };
        let (id, now) = (uow.new_id(), uow.now());
        let new = store::insert_follower(uow.conn(), &received.tenant, &id, &follower, seq, now).await?;
        // Answered every time: a Follow that comes again means that the first answer was lost.
        let object = json!({"id": received.id, "type": "Follow", "actor": received.actor.id, "object": actor});
        uow.emit(
            &actor,
            json!({"type": "Accept", "object": object, "to": [received.actor.id]}),
            Some(&received.id),
            Audience::only(own_inbox),
        );
        if new {
            uow.audit("follow.accepted", &actor, json!({"host": received.actor.host})).await?;
        }
        Ok(Outcome::Done)
    }

    async fn undo(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        let target = received.object.get("object").cloned().unwrap_or(Value::Null);
        let Some(actor) = self.target(uow, received, &target).await? else {
            return Ok(Outcome::Ignored("nobody of ours is followed by that address"));
        };
        let seq = outbox::current_seq(uow.conn(), &received.tenant).await?;
        let ended = store::end_follower(uow.conn(), &received.tenant, Some(&actor), &received.actor.id, seq).await?;
        if ended == 0 {
            return Ok(Outcome::Ignored("there was no such follow"));
        }
        uow.audit("follow.ended", &actor, json!({"host": received.actor.host})).await?;
        Ok(Outcome::Done)
    }

    async fn block(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        let Some(actor) = self.target(uow, received, &received.object).await? else {
            return Ok(Outcome::Ignored("nobody of ours is blocked by that"));
        };
        let seq = outbox::current_seq(uow.conn(), &received.tenant).await?;
        store::end_follower(uow.conn(), &received.tenant, Some(&actor), &received.actor.id, seq).await?;
        let now = uow.now();
        store::answer_followed(uow.conn(), &received.tenant, &actor, &received.actor.id, "rejected", now).await?;
        uow.audit("follow.blocked_by", &actor, json!({"host": received.actor.host})).await?;
        Ok(Outcome::Done)
    }
}

/// The answer to a Follow of ours, by its address or by who follows whom.
async fn answer(uow: &mut Uow, received: &Received, state: &str) -> AppResult<Outcome> {
    let by_id = match received.object_id() {
        Some(id) => store::find_followed_by_id(uow.conn(), &received.tenant, &id).await?,
        None => None,
    };
    let found = match by_id {
        Some(found) => Some(found),
        // Some servers give the Follow they answer an address of their own.
        None => match received.object.get("actor").and_then(ids::id_of) {
            Some(actor) => store::find_followed(uow.conn(), &received.tenant, actor.as_str(), &received.actor.id).await?,
            None => None,
        },
    };
    let Some(found) = found.filter(|found| found.remote_actor == received.actor.id) else {
        return Ok(Outcome::Ignored("we never asked to follow that"));
    };
    if found.state == state {
        return Ok(Outcome::Done);
    }
    let now = uow.now();
    store::answer_followed(uow.conn(), &received.tenant, &found.actor_id, &found.remote_actor, state, now).await?;
    let action = if state == "accepted" { "follow.accepted_by" } else { "follow.rejected_by" };
    uow.audit(action, &found.remote_actor, json!({"actor": found.actor_id})).await?;
    Ok(Outcome::Done)
}
