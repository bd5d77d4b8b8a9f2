//! Writing to the log: deferred to the end of the unit of work, where the next number is taken.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ratusha_platform::{AppError, AppResult, BeforeCommit, TenantId, Uow};
use serde_json::{Map, Value, json};
use url::Url;

use super::{Audience, Rule, Stream, store};
use crate::{
    Inbox,
    service::Federation,
    signatures::{digest::sha256, proof},
    wire::{context, ids, is_public},
};

/// Sending from a unit of work.
pub trait Emit {
    /// Sends `activity` as `actor` to `audience` when this unit of work commits, and never otherwise.
    ///
    /// The activity gets our context, and what it lacks of `id`, `actor`, `published`, `to` and
    /// `cc`; its proof is made at the end. Returns its address.
    fn emit(&mut self, actor: &str, activity: Value, object_id: Option<&str>, audience: Audience) -> String;
}

impl Emit for Uow {
    fn emit(&mut self, actor: &str, activity: Value, object_id: Option<&str>, audience: Audience) -> String {
        let mut activity = match activity {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let id = match activity.get("id").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => new_activity_id(actor, &self.new_id()),
        };
        let mut whole = Map::with_capacity(activity.len() + 6);
        whole.insert("@context".to_owned(), context::context().clone());
        whole.insert("id".to_owned(), json!(id));
        let mut take = |name: &str, otherwise: Value| {
            let value = activity.shift_remove(name).unwrap_or(otherwise);
            whole.insert(name.to_owned(), value);
        };
        take("type", Value::Null);
        take("actor", json!(actor));
        take("published", json!(self.now().to_rfc3339()));
        take("to", json!([]));
        take("cc", json!([]));
        for (name, value) in activity {
            if !matches!(name.as_str(), "@context" | "id" | "proof" | "bto" | "bcc") {
                whole.insert(name, value);
            }
        }
        let work = Entry {
            tenant: self.tenant().clone(),
            actor: actor.to_owned(),
            id: id.clone(),
            activity: whole,
            object_id: object_id.map(str::to_owned),
            audience,
        };
        self.defer(Box::new(work));
        id
    }
}

/// An address on the actor's host.
fn new_activity_id(actor: &str, uuid: &str) -> String {
    let path = format!("/ap/activity/{uuid}");
    Url::parse(actor).and_then(|url| url.join(&path)).map_or(path, String::from)
}

struct Entry {
    tenant: TenantId,
    actor: String,
    id: String,
    activity: Map<String, Value>,
    object_id: Option<String>,
    audience: Audience,
}

#[async_trait]
impl BeforeCommit for Entry {
    fn place(&self) -> String {
        format!("{} {}", self.tenant, self.audience.stream.name())
    }

    async fn run(self: Box<Self>, uow: &mut Uow) -> AppResult<()> {
        let Self { tenant, actor, id, mut activity, object_id, audience } = *self;
        let by = uow.by().to_owned();
        uow.turn_to(&tenant, &by);
        let federation = uow.ctx().service::<Federation>()?;
        let kind = activity.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if kind.is_empty() {
            return Err(AppError::broken(format!("activity {id} has no type")));
        }
        if audience.stream != Stream::Public && !audience.followers_of.is_empty() {
            return Err(AppError::broken(format!("activity {id} of a peer's stream is for followers")));
        }
        let signer =
            federation.directory.local_actor(uow.conn(), &actor).await?.ok_or_else(|| AppError::broken(format!("no keys of {actor}")))?;
        if activity.get("actor").and_then(Value::as_str) != Some(actor.as_str()) {
            return Err(AppError::broken(format!("activity {id} names another actor than {actor}")));
        }
        let on_host = |id: &str| Some((Url::parse(id).ok()?, Url::parse(&actor).ok()?));
        if signer.tenant != tenant || !on_host(&id).is_some_and(|(a, b)| ids::same_host(&a, &b)) {
            return Err(AppError::broken(format!("activity {id} is not of {actor}")));
        }
        let now = uow.now();
        proof::attach(&mut activity, &signer.keys.ed25519, &signer.proof_key_id(), &now.to_rfc3339()).map_err(AppError::internal)?;
        let public = ["to", "cc"].iter().any(|name| activity.get(*name).is_some_and(is_public));
        let bytes = serde_json::to_vec(&activity).map_err(AppError::internal)?;
        let hash = sha256(&bytes);

        let stream = audience.stream.name();
        let engine = uow.ctx().db().engine();
        let head = store::lock_head(uow.conn(), engine, &tenant, &stream).await?;
        let seq = head.seq + 1;
        let chain = sha256(&[head.chain.as_slice(), &hash].concat());

        let mut receivers: BTreeSet<Inbox> = audience.direct.iter().cloned().collect();
        for followed in &audience.followers_of {
            receivers.extend(federation.directory.follower_inboxes(uow.conn(), &tenant, followed, seq).await?);
        }
        let rule = Rule { followers_of: audience.followers_of, direct: audience.direct.into_iter().map(|inbox| inbox.url).collect() };
        let row = super::LogRow {
            seq,
            activity_id: id,
            object_id,
            actor,
            kind,
            bytes,
            sha256: hash.to_vec(),
            chain: chain.to_vec(),
            receivers: i64::try_from(receivers.len()).unwrap_or(i64::MAX),
            created_at: now.0,
            rule,
        };
        store::append(uow.conn(), &tenant, &stream, &row, public).await?;
        let receivers: Vec<Inbox> = receivers.into_iter().collect();
        store::want(uow.conn(), &tenant, &stream, seq, &receivers).await?;
        Ok(())
    }
}
