//! What other servers send about what stands here: replies, edits, deletions, likes, shares.

use async_trait::async_trait;
use ratusha_federation::{
    ActivityHandler, Outcome, Received, RemoteActor,
    actors::{remember, store::is_tombstoned},
    find_remote_actor,
    wire::ids,
};
use ratusha_platform::{AppResult, Uow};
use ratusha_tenants::Tenant;
use url::Url;

use super::{
    import::{self, RemoteNote},
    model::{Comment, MAX_DEPTH},
    service::{self, Taken},
    store,
};
use crate::index::{self, State};

/// How many unknown notes between a reply and something of ours are fetched.
const MAX_ANCESTORS: usize = 10;

/// Takes replies, their edits and deletions.
#[derive(Debug, Clone, Copy)]
pub struct Replies;

/// Takes likes and shares, and their taking back.
#[derive(Debug, Clone, Copy)]
pub struct Reactions;

#[async_trait]
impl ActivityHandler for Replies {
    fn name(&self) -> &'static str {
        "discussion.replies"
    }

    fn claims(&self, received: &Received) -> bool {
        match received.kind.as_str() {
            "Create" | "Update" => import::may_be_comment(&received.object),
            "Delete" => true,
            _ => false,
        }
    }

    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        if received.kind == "Delete" { remove(uow, received).await } else { take_in(uow, received).await }
    }
}

async fn remove(uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
    let Some(id) = received.object_id() else { return Ok(Outcome::Ignored("deletes nothing")) };
    let whose = &received.actor.id;
    if id == *whose {
        let done = service::withdraw(uow, whose, None).await?;
        return Ok(if done { Outcome::Done } else { Outcome::Ignored("said nothing here") });
    }
    if service::withdraw(uow, whose, Some(&id)).await? {
        return Ok(Outcome::Done);
    }
    // The protocol layer remembers every deletion, so that what comes later stays away.
    Ok(Outcome::Ignored("nothing here, or not its author"))
}

async fn take_in(uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
    let Some(note) = import::read(&received.object) else { return Ok(Outcome::Ignored("not a note of its author's server")) };
    let author = &received.actor;
    if note.author.as_str() != author.id {
        return Ok(Outcome::Ignored("not its author"));
    }
    if !note.public {
        return Ok(Outcome::Ignored("not public"));
    }
    if service::blocked(uow, &author.host).await? {
        return Ok(Outcome::Ignored("blocked"));
    }
    let tenant = uow.tenant().clone();
    if let Some(known) = store::find_comment_by_ap_id(uow.conn(), &tenant, note.id.as_str()).await? {
        // The same Create once more carries the time of writing, so that it never undoes an edit.
        let at = if received.kind == "Update" { received.received_at } else { note.published.unwrap_or(known.updated_at) };
        return Ok(outcome(service::revise(uow, author, &note, known, at).await?));
    }
    match climb(uow, received, &note).await? {
        Climbed::Here { object, parent, missing } => {
            let mut parent = parent.map(|parent| *parent);
            for (ancestor, author) in missing {
                if parent.as_ref().is_some_and(|p| p.depth >= MAX_DEPTH) {
                    return Ok(Outcome::Ignored("too deep"));
                }
                service::receive(uow, &author, &ancestor, &object, parent.as_ref()).await?;
                parent = store::find_comment_by_ap_id(uow.conn(), &tenant, ancestor.id.as_str()).await?;
            }
            Ok(outcome(service::receive(uow, author, &note, &object, parent.as_ref()).await?))
        }
        Climbed::Not(outcome) => Ok(outcome),
    }
}

fn outcome(taken: Taken) -> Outcome {
    match taken {
        Taken::New | Taken::Changed => Outcome::Done,
        Taken::Nothing(why) => Outcome::Ignored(why),
    }
}

enum Climbed {
    /// The thread belongs to `object`; `missing` are the notes in between, the topmost first.
    Here {
        object: String,
        parent: Option<Box<Comment>>,
        missing: Vec<(RemoteNote, RemoteActor)>,
    },
    Not(Outcome),
}

/// Follows `inReplyTo` up to something that is known here.
async fn climb(uow: &mut Uow, received: &Received, note: &RemoteNote) -> AppResult<Climbed> {
    let tenant = service::tenant(uow)?;
    let mut missing: Vec<(RemoteNote, RemoteActor)> = Vec::new();
    let mut next = note.in_reply_to.clone();
    loop {
        let Some(above) = next else { return Ok(Climbed::Not(Outcome::Ignored("answers nothing of ours"))) };
        if let Some(parent) = store::find_comment_by_ap_id(uow.conn(), &tenant.id, above.as_str()).await? {
            missing.reverse();
            return Ok(Climbed::Here { object: parent.object.clone(), parent: Some(Box::new(parent)), missing });
        }
        if let Some(hit) = index::find_by_ap_id(uow.conn(), &tenant.id, above.as_str()).await? {
            if hit.state != State::Public {
                return Ok(Climbed::Not(Outcome::Ignored("answers what is not public")));
            }
            missing.reverse();
            return Ok(Climbed::Here { object: hit.object, parent: None, missing });
        }
        if is_ours(&tenant, &above) {
            return Ok(Climbed::Not(Outcome::Wait));
        }
        // Strangers' conversations are none of our business unless somebody here is named in them.
        let named = note.named.iter().any(|url| is_ours(&tenant, url));
        let circle = missing.iter().any(|(seen, _)| seen.id == above) || above == note.id;
        if !named || circle || missing.len() >= MAX_ANCESTORS {
            return Ok(Climbed::Not(Outcome::Ignored("answers nothing of ours")));
        }
        let Some(document) = received.fetched.get(above.as_str()) else {
            return Ok(Climbed::Not(Outcome::Fetch(above.to_string())));
        };
        let Some(ancestor) = import::read(document).filter(|n| n.id == above && n.public) else {
            return Ok(Climbed::Not(Outcome::Ignored("the thread cannot be read")));
        };
        if is_tombstoned(uow.conn(), above.as_str()).await? {
            return Ok(Climbed::Not(Outcome::Ignored("answers what was deleted")));
        }
        let author = match author_of(uow, received, &ancestor).await? {
            Ok(author) => author,
            Err(outcome) => return Ok(Climbed::Not(outcome)),
        };
        if service::blocked(uow, &author.host).await? {
            return Ok(Climbed::Not(Outcome::Ignored("blocked")));
        }
        next = ancestor.in_reply_to.clone();
        missing.push((ancestor, author));
    }
}

/// Who wrote `note`: known here, or fetched for this activity.
async fn author_of(uow: &mut Uow, received: &Received, note: &RemoteNote) -> AppResult<Result<RemoteActor, Outcome>> {
    let id = note.author.as_str();
    if let Some(actor) = find_remote_actor(uow.conn(), id).await? {
        return Ok(Ok(actor));
    }
    let Some(document) = received.fetched.get(id) else { return Ok(Err(Outcome::Fetch(id.to_owned()))) };
    let known = remember(uow, document).await?;
    Ok(known.filter(|actor| actor.id == id).ok_or(Outcome::Ignored("an author in the thread cannot be read")))
}

/// True for an address on a host of `tenant`.
fn is_ours(tenant: &Tenant, url: &Url) -> bool {
    ids::host_key(url).is_some_and(|host| host == tenant.birth_host() || tenant.hosts.contains(&host))
}

#[async_trait]
impl ActivityHandler for Reactions {
    fn name(&self) -> &'static str {
        "discussion.reactions"
    }

    fn claims(&self, received: &Received) -> bool {
        match received.kind.as_str() {
            "Like" | "Announce" => true,
            "Undo" => kind_of(received.object_type()).is_some() || received.object.is_string(),
            _ => false,
        }
    }

    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        if received.kind == "Undo" { undo(uow, received).await } else { react(uow, received).await }
    }
}

fn kind_of(activity: &str) -> Option<&'static str> {
    match activity {
        "Like" => Some("like"),
        "Announce" => Some("share"),
        _ => None,
    }
}

async fn react(uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
    let (Some(kind), Some(id)) = (kind_of(&received.kind), received.object_id()) else { return Ok(Outcome::Ignored("names nothing")) };
    if service::blocked(uow, &received.actor.host).await? {
        return Ok(Outcome::Ignored("blocked"));
    }
    let tenant = uow.tenant().clone();
    let Some(hit) = index::find_by_ap_id(uow.conn(), &tenant, &id).await?.filter(|hit| hit.state == State::Public) else {
        return Ok(Outcome::Ignored("nothing of ours"));
    };
    let now = uow.now();
    if !store::insert_reaction(uow.conn(), &tenant, &hit.object, kind, &received.actor.id, &received.id, now).await? {
        return Ok(Outcome::Ignored("counted before"));
    }
    index::bump(uow).await?;
    Ok(Outcome::Done)
}

async fn undo(uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
    let tenant = uow.tenant().clone();
    let kind = kind_of(received.object_type());
    let object = match (kind, received.object.get("object").and_then(ids::id_of)) {
        (Some(kind), Some(id)) => index::find_by_ap_id(uow.conn(), &tenant, id.as_str()).await?.map(|hit| (hit.object, kind)),
        _ => None,
    };
    let activity = received.object_id();
    let on = object.as_ref().map(|(object, kind)| (object.as_str(), *kind));
    if store::delete_reaction(uow.conn(), &tenant, &received.actor.id, activity.as_deref(), on).await? > 0 {
        index::bump(uow).await?;
        return Ok(Outcome::Done);
    }
    // A like that has not arrived yet must not arrive after it was taken back.
    Ok(if on.is_some() { Outcome::Wait } else { Outcome::Ignored("nothing of ours") })
}
