//! A city publishes a best practice, and the whole country sees it.

use ratusha_federation::signatures::{PublicKey, proof};
use ratusha_federation_tests::{
    Cluster, FakePeer,
    cluster::HUB_AND_CITY,
    golden,
    practices::{accept, card},
    readers,
};
use ratusha_practices::model::Curation;
use serde_json::Value;
use url::Url;

use crate::{follow, marek_follows};

const TITLE: &str = "Електронна черга в центрі послуг";

#[tokio::test]
async fn city_publishes_practice_and_followers_and_the_hub_get_it() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let lemmy = FakePeer::start("lemmy", 1, &cluster.clock).await;
    let ola = lemmy.person("ola");
    let desk = cluster.tenant("hub").desk_id("practices");
    follow(&cluster, &lemmy, &ola, &desk).await;
    let hosts = [
        (cluster.tenant("lviv").host.clone(), "lviv.example"),
        (cluster.tenant("hub").host.clone(), "hub.example"),
        (lemmy.host.clone(), "lemmy.example"),
    ];
    let hosts: Vec<(&str, &str)> = hosts.iter().map(|(host, shown)| (host.as_str(), *shown)).collect();
    let city = cluster.tenant("lviv").actor_id();
    golden::check("actor.json", &mastodon.fetch(&city).await.unwrap(), &hosts);
    golden::check("desk.json", &mastodon.fetch(&desk).await.unwrap(), &hosts);

    let practice = cluster.publish("lviv", TITLE).await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    assert!(mastodon.received_of("Create").is_empty(), "nothing is sent before the commit");
    cluster.settle().await;

    // A citizen on Mastodon reads a title, a summary and a link.
    let got = mastodon.received().into_iter().find(|got| got.kind() == "Create").expect("the follower gets it");
    assert_eq!(got.signer.as_deref(), Ok(city.as_str()));
    assert_eq!(got.activity["object"]["id"], ap_id);
    let status = readers::mastodon(&got.activity).unwrap();
    assert!(status.text.contains(TITLE) && status.text.contains("з 42 до 9 хвилин"), "{}", status.text);
    assert_eq!(status.url, cluster.tenant("lviv").url(&format!("/practices/{}", practice.id)));
    assert_eq!(status.language.as_deref(), Some("uk"));
    assert!(!status.hashtags.is_empty());
    assert_eq!(readers::lemmy(&got.activity).unwrap().0, TITLE);
    assert_proof(&mastodon, &got.activity, cluster.clock.now().0).await;
    golden::check("practice_create.json", &got.activity, &hosts);
    assert_eq!(mastodon.fetch(&ap_id).await.unwrap()["name"], TITLE);

    // At the hub it waits for a curator, and nobody else sees it.
    let waiting = cluster.curation(&ap_id).await.expect("it is in the queue");
    assert_eq!((waiting.state, waiting.title.as_str()), (Curation::Waiting, TITLE));
    let national = cluster.visitor("hub");
    assert!(!national.get("/practices").await.page().contains(TITLE));
    assert!(lemmy.received_of("Announce").is_empty());
    let report = cluster.report("lviv", &practice.id).await;
    assert_eq!((report.receivers, report.delivered, report.waiting), (2, 2, 0));

    // Accepted, it stands in the national depository; the desk announces it; the city is told.
    cluster.decide(&ap_id, accept(), "Гарно виміряно.").await;
    cluster.settle().await;
    let page = national.get("/practices").await.page();
    assert!(page.contains(TITLE), "the national list shows it");
    let announce = lemmy.received_of("Announce").pop().expect("followers of the desk get a boost");
    assert_eq!((announce["object"].as_str(), announce["actor"].as_str()), (Some(ap_id.as_str()), Some(desk.as_str())));
    golden::check("curation_announce.json", &announce, &hosts);
    golden::check("curation_add.json", &lemmy.received_of("Add").pop().unwrap(), &hosts);
    let decisions = cluster.decisions("lviv", &practice.id).await;
    assert_eq!(
        (decisions[0].decision.as_str(), decisions[0].class.as_str(), decisions[0].note.as_str()),
        ("accepted", "01.01", "Гарно виміряно.")
    );
    let own_page = cluster.visitor("lviv").get(&format!("/practices/{}", practice.id)).await;
    assert!(own_page.text().contains(TITLE));
    let row = cluster.curation(&ap_id).await.unwrap();
    let copy = national.get(&format!("/practices/{}", row.id)).await.page();
    assert!(copy.contains(&cluster.tenant("lviv").host), "the copy names its origin");
}

/// The proof in an activity is checked with the key of the actor's own document.
async fn assert_proof(peer: &FakePeer, activity: &Value, now_ms: i64) {
    let claim = proof::prepare(activity, now_ms).unwrap();
    let actor = peer.fetch(activity["actor"].as_str().unwrap()).await.unwrap();
    let method = actor["assertionMethod"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["id"] == claim.verification_method.as_str())
        .expect("the actor lists the key");
    let key = PublicKey::from_multibase(method["publicKeyMultibase"].as_str().unwrap()).unwrap();
    claim.verify(&key, &Url::parse(method["controller"].as_str().unwrap()).unwrap()).unwrap();
}

#[tokio::test]
async fn an_edit_reaches_followers_and_goes_back_to_the_curators() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", TITLE).await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;

    cluster.edit("lviv", &practice.id, |card| card.summary = "Очікування — вісім хвилин замість сорока двох.".to_owned()).await;
    cluster.settle().await;
    let update = mastodon.received_of("Update").pop().expect("followers get the edit");
    assert!(update["object"]["updated"].as_str() > update["object"]["published"].as_str());
    assert!(readers::mastodon(&update).unwrap().text.contains("вісім хвилин"));
    let row = cluster.curation(&ap_id).await.unwrap();
    assert!(row.state.is_queued(), "a changed card waits for the curator again: {:?}", row.state);
    // The next decision is not announced to everybody a second time.
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;
    assert!(cluster.curation(&ap_id).await.unwrap().state.is_listed());
    assert!(cluster.visitor("hub").get("/practices").await.page().contains("вісім хвилин"));
    let decisions = cluster.decisions("lviv", &practice.id).await;
    assert_eq!(decisions[0].decision, "accepted");
    assert!(decisions[0].decided_at > decisions[decisions.len() - 1].decided_at, "the second acceptance has come too: {decisions:?}");
    let curated = cluster.curation(&ap_id).await.unwrap();
    assert_eq!(curated.announce, row.announce, "nobody is told twice");
}

#[tokio::test]
async fn a_deletion_leaves_a_tombstone_everywhere() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", TITLE).await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;
    let row = cluster.curation(&ap_id).await.unwrap();

    cluster.delete("lviv", &practice.id).await;
    cluster.settle().await;
    let delete = mastodon.received_of("Delete").pop().expect("followers hear of it");
    assert_eq!((delete["object"]["id"].as_str(), delete["object"]["type"].as_str()), (Some(ap_id.as_str()), Some("Tombstone")));
    let lviv = cluster.tenant("lviv").host.clone();
    let hub = cluster.tenant("hub").host.clone();
    golden::check("practice_delete.json", &delete, &[(&lviv, "lviv.example"), (&hub, "hub.example")]);
    let city = cluster.visitor("lviv");
    let path = ap_id.strip_prefix(&cluster.tenant("lviv").base_url).unwrap();
    let tombstone = city.ask(path, "application/activity+json").await;
    assert_eq!(tombstone.status, 410);
    assert_eq!(serde_json::from_str::<Value>(&tombstone.body).unwrap()["type"], "Tombstone");
    assert_eq!(city.get(&format!("/practices/{}", practice.id)).await.status, 410);
    let national = cluster.visitor("hub");
    assert_eq!(national.get(&format!("/practices/{}", row.id)).await.status, 410);
    assert!(!national.get("/practices").await.page().contains(TITLE));
    assert!(!national.get("/search?q=%D1%87%D0%B5%D1%80%D0%B3%D0%B0").await.page().contains(TITLE));
    assert_eq!(cluster.curation(&ap_id).await.unwrap().state, Curation::Withdrawn);
    // What comes late does not bring it back.
    let bytes = mastodon.received().into_iter().find(|got| got.kind() == "Create").unwrap();
    assert!(bytes.activity["object"]["name"].is_string());
}

#[tokio::test]
async fn a_curator_can_return_and_then_accept_what_was_mended() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let draft = cluster.draft("lviv", card(TITLE)).await;
    let published = cluster
        .work("lviv", async |uow, who| {
            let proposed = ratusha_practices::service::submit(uow, who, &draft.id, draft.version).await?;
            ratusha_practices::service::publish(uow, who, &draft.id, proposed.version).await
        })
        .await;
    let ap_id = cluster.ap_id("lviv", &published.id);
    cluster.settle().await;
    cluster.decide(&ap_id, ratusha_practices::service::Choice::Return, "Додайте джерело чисел.").await;
    cluster.settle().await;
    cluster.edit("lviv", &published.id, |card| card.lessons.push_str(" Джерело: журнал черги.")).await;
    cluster.settle().await;
    assert!(cluster.curation(&ap_id).await.unwrap().state.is_queued());
    cluster.decide(&ap_id, accept(), "").await;
    cluster.settle().await;
    let told: Vec<String> = cluster.decisions("lviv", &published.id).await.into_iter().map(|decision| decision.decision).collect();
    assert_eq!(told.first().map(String::as_str), Some("accepted"));
    assert!(told.contains(&"returned".to_owned()));
}
