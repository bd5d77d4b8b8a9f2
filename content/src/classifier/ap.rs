//! The classifier on the wire: the hub's desk tells its followers of a new edition, nodes fetch it and take it over.

use async_trait::async_trait;
use ratusha_federation::{
    Federation, FetchProblem,
    outbox::{Audience, Emit},
    registry::{ActivityHandler, Outcome, Received},
    wire::context::{PUBLIC, with_context},
};
use ratusha_platform::{
    AppError, AppResult, Ctx, Lang, TenantId, Uow,
    jobs::{Job, JobError},
};
use ratusha_tenants::{NodeSettings, Tenant, TenantHook, Tenants};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    model::Scheme,
    record::{ConceptRecord, EditionRecord},
    service,
};

/// The one property on which our data hangs.
pub const PROPERTY: &str = "egov:classifier";
/// The desk of the hub that speaks for the classifier.
const DESK: &str = "practices";

/// Concepts in one part of the document, below the number of items in one array that servers read.
const PART: usize = 200;

/// An edition on the wire.
#[derive(Debug, Serialize, Deserialize)]
struct WireEdition {
    edition: i64,
    dated: String,
    parts: Vec<Vec<ConceptRecord>>,
}

/// Address of an edition as an ActivityPub object.
#[must_use]
pub fn edition_id(tenant: &Tenant, edition: i64) -> String {
    tenant.ap_url(&format!("/ap/classifier/{edition}"))
}

fn head(tenant: &Tenant, scheme: &Scheme, name: &str) -> Map<String, Value> {
    let object = json!({
        "id": edition_id(tenant, scheme.edition()),
        "type": "Collection",
        "attributedTo": tenant.desk_id(DESK),
        "name": name,
        "totalItems": scheme.accepted().count(),
        "url": tenant.url("/classifier"),
        PROPERTY: {"edition": scheme.edition(), "dated": scheme.dated()},
    });
    match object {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The whole edition as it is served under its address.
///
/// # Errors
/// Never in practice.
pub fn document(tenant: &Tenant, scheme: &Scheme, name: &str) -> Result<Value, serde_json::Error> {
    let mut object = head(tenant, scheme, name);
    let EditionRecord { edition, dated, concepts } = EditionRecord::from(scheme);
    let parts = concepts.chunks(PART).map(<[ConceptRecord]>::to_vec).collect();
    object.insert(PROPERTY.to_owned(), serde_json::to_value(WireEdition { edition, dated, parts })?);
    Ok(Value::Object(with_context(object)))
}

/// Tells the desk's followers of a new edition: its number only, since most of them have no use for the rest.
pub(super) fn announce(uow: &mut Uow, tenant: &Tenant, scheme: &Scheme) -> AppResult<()> {
    let desk = tenant.desk_id(DESK);
    let name = uow.ctx().catalog().t(Lang::Uk, "classifier-name");
    let object = head(tenant, scheme, &name);
    let activity = json!({
        "type": "Update",
        "to": [PUBLIC],
        "cc": [format!("{desk}/followers")],
        "object": Value::Object(object),
    });
    uow.emit(&desk, activity, Some(&edition_id(tenant, scheme.edition())), Audience::public(&desk, Vec::new()));
    Ok(())
}

/// Takes the hub's editions over.
#[derive(Debug, Clone, Copy)]
pub struct Editions;

#[async_trait]
impl ActivityHandler for Editions {
    fn name(&self) -> &'static str {
        "content.classifier"
    }

    fn claims(&self, received: &Received) -> bool {
        received.kind == "Update" && received.object.get(PROPERTY).is_some()
    }

    async fn receive(&self, uow: &mut Uow, received: &Received) -> AppResult<Outcome> {
        let tenants = uow.ctx().service::<Tenants>()?;
        if tenants.by_id(&received.tenant).is_some_and(|tenant| tenant.is_hub()) {
            return Ok(Outcome::Ignored("the hub follows no editions"));
        }
        let settings = uow.ctx().service::<NodeSettings>()?;
        let Some(hub) = settings.hub.as_ref() else {
            return Ok(Outcome::Ignored("no hub is configured"));
        };
        let Some(address) = received.object_id() else {
            return Ok(Outcome::Ignored("the edition has no address"));
        };
        if !is_desk(&hub.url, &received.actor.id) || !same_origin(&hub.url, &address) {
            return Ok(Outcome::Ignored("not the hub's desk"));
        }
        let number = received.object.get(PROPERTY).and_then(|p| p.get("edition")).and_then(Value::as_i64).unwrap_or(0);
        let tenant = received.tenant.clone();
        if number <= service::current(uow.conn(), &tenant).await?.edition() {
            return Ok(Outcome::Done);
        }
        match received.fetched.get(&address) {
            None => Ok(Outcome::Fetch(address)),
            Some(Value::Null) => Ok(Outcome::Wait),
            Some(document) => take(uow, document, &address, number, &received.actor.id).await,
        }
    }
}

async fn take(uow: &mut Uow, document: &Value, address: &str, number: i64, from: &str) -> AppResult<Outcome> {
    if document.get("id").and_then(Value::as_str) != Some(address) {
        return Ok(Outcome::Ignored("the edition names another address"));
    }
    match read(document) {
        Some(scheme) if scheme.edition() == number => {
            service::take_over(uow, &scheme, from).await?;
            Ok(Outcome::Done)
        }
        _ => Ok(Outcome::Ignored("the edition does not hang together")),
    }
}

fn read(document: &Value) -> Option<Scheme> {
    let record = document.get(PROPERTY).cloned().unwrap_or_default();
    let WireEdition { edition, dated, parts } = serde_json::from_value(record).ok()?;
    EditionRecord { edition, dated, concepts: parts.into_iter().flatten().collect() }.into_scheme().ok()
}

/// Asks the hub for the edition in force there, for a community that has not heard of it: a new one, or one that was away.
#[derive(Debug, Serialize, Deserialize)]
pub struct Refresh {}

#[async_trait]
impl Job for Refresh {
    const NAME: &'static str = "classifier.refresh";
    const DEDUPLICATED: bool = true;

    async fn run(self, ctx: &Ctx, tenant: &TenantId) -> Result<(), JobError> {
        let settings = ctx.service::<NodeSettings>()?;
        let Some(hub) = settings.hub.as_ref() else { return Ok(()) };
        let federation = ctx.service::<Federation>()?;
        let address = format!("{}/ap/classifier", hub.url.trim_end_matches('/'));
        let document = match federation.fetch(ctx, tenant, &address).await {
            Ok(document) => document,
            Err(problem @ FetchProblem::Unreachable(_)) => return Err(JobError::Retry(AppError::internal(problem))),
            // A hub that serves none has nothing newer than what ships with us.
            Err(problem) => {
                tracing::info!(hub = %hub.url, %problem, "the hub's classifier is not to be had");
                return Ok(());
            }
        };
        if let Some(scheme) = read(&document) {
            let mut uow = ctx.begin(tenant, Self::NAME).await?;
            service::take_over(&mut uow, &scheme, &address).await?;
            uow.commit().await?;
        }
        Ok(())
    }
}

/// Has a new community ask its hub for the edition in force.
#[derive(Debug, Clone, Copy)]
pub struct AskHub;

#[async_trait]
impl TenantHook for AskHub {
    async fn created(&self, uow: &mut Uow, tenant: &Tenant) -> AppResult<()> {
        let known = uow.ctx().service::<NodeSettings>().is_ok_and(|settings| settings.hub.is_some());
        if known && !tenant.is_hub() { uow.enqueue(&Refresh {}).await } else { Ok(()) }
    }
}

fn is_desk(hub: &str, actor: &str) -> bool {
    same_origin(hub, actor) && Url::parse(actor).is_ok_and(|url| url.path() == format!("/ap/desk/{DESK}") && url.query().is_none())
}

fn same_origin(a: &str, b: &str) -> bool {
    matches!((Url::parse(a), Url::parse(b)), (Ok(a), Ok(b)) if a.origin() == b.origin())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{record::WordsRecord, shipped::shipped},
        *,
    };

    #[test]
    fn the_document_passes_the_limits_of_whoever_reads_it() {
        let concepts = (0..9).flat_map(|a| (0..100).map(move |b| format!("{a}0.{b:02}")));
        let one = EditionRecord::from(&*shipped()).concepts.remove(0);
        let concept = |notation: String| ConceptRecord {
            label: WordsRecord { uk: notation.clone(), en: notation.clone() },
            notation,
            related: Vec::new(),
            ..one.clone()
        };
        let record = EditionRecord { edition: 7, dated: String::new(), concepts: concepts.map(concept).collect() };
        let scheme = record.into_scheme().unwrap();
        let parts = EditionRecord::from(&scheme).concepts.chunks(PART).map(<[ConceptRecord]>::to_vec).collect();
        let document = json!({PROPERTY: WireEdition { edition: 7, dated: String::new(), parts }});
        let parsed = ratusha_federation::wire::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(read(&Value::Object(parsed.as_object().unwrap().clone())).unwrap(), scheme);
    }

    #[test]
    fn only_the_desk_of_the_configured_hub_speaks_for_the_classifier() {
        assert!(is_desk("https://hub.example", "https://hub.example/ap/desk/practices"));
        for other in [
            "https://hub.example/ap/actor",
            "https://evil.example/ap/desk/practices",
            "http://hub.example/ap/desk/practices",
            "https://hub.example:8443/ap/desk/practices",
            "x",
        ] {
            assert!(!is_desk("https://hub.example", other), "{other}");
        }
    }
}
