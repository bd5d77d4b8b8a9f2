//! S31: what is not public is found in nothing that is public.

use std::collections::BTreeSet;

use ratusha_federation_tests::{Answer, Browser, Cluster, activities::Note, cluster::HUB_AND_CITY, golden, practices::card};
use ratusha_practices::service;

use crate::{inbox, marek_follows};

const CANARY: &str = "канаркаштрих";

/// Every door that can be knocked at with GET, for each of `ids` where a path has a place for one, as a page and as data.
fn documents(cluster: &Cluster, ids: &[String]) -> Vec<(String, &'static str)> {
    let node = &cluster.nodes[0].node;
    let mut all = BTreeSet::new();
    for path in [
        "/en/",
        "/en/practices",
        "/practices?q=канаркаштрих",
        "/search?q=канаркаштрих",
        "/ap/actor/outbox?page=1",
        "/ap/desk/practices/outbox?page=1",
    ] {
        all.insert(path.to_owned());
    }
    for endpoint in ratusha_node::router::endpoints(&node.modules, &node.ctx).iter().filter(|endpoint| endpoint.method == "GET") {
        for id in ids {
            let mut path = endpoint.path.to_owned();
            // A name stands for a desk, a file or a class; an id for a practice.
            for (place, value) in [
                ("{id}", id.as_str()),
                ("{object}", id),
                ("{number}", "1"),
                ("{kind}", "practice"),
                ("{name}", "practices"),
                ("{notation}", "01.01"),
                ("{version}", "2.1"),
                ("{collection}", "outbox?page=1"),
                ("{edition}", "1"),
                ("{slug}", "lviv-25047"),
                ("{*path}", "app.css"),
                ("{file}", "app.css"),
            ] {
                path = path.replace(place, value);
            }
            all.insert(path);
        }
    }
    all.into_iter().flat_map(|path| [(path.clone(), "text/html"), (path, "application/activity+json")]).collect()
}

async fn assert_silent(cluster: &Cluster, site: &Browser, ids: &[String], what: &str) {
    for (path, accept) in documents(cluster, ids) {
        let answer = site.ask(&path, accept).await;
        // What was typed into the search stands in its field; everything else must not know the word.
        let body = answer.body.replace(&format!("value=\"{CANARY}\""), "");
        let found =
            body.find(CANARY).map(|at| body[..at].chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect::<String>());
        let own_query = path.contains(CANARY);
        assert!(found.is_none() || own_query && !body.contains(&format!("{CANARY} чернетка")), "{what}: {path} ({accept}) says …{found:?}");
        for (name, value) in &answer.headers {
            assert!(!String::from_utf8_lossy(value.as_bytes()).contains(CANARY), "{what}: {path}: {name}");
        }
        assert!(!answer.status.is_server_error(), "{what}: {path} answers {}", answer.status);
    }
}

#[tokio::test]
async fn s31_a_drafts_text_appears_in_no_public_document() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let mut secret = card(&format!("{CANARY} чернетка"));
    secret.summary = format!("{CANARY} чернетка");
    secret.problem = format!("{CANARY} чернетка");
    let draft = cluster.draft("lviv", secret.clone()).await;
    let proposed = cluster.draft("lviv", secret.clone()).await;
    cluster.work("lviv", async |uow, who| service::submit(uow, who, &proposed.id, proposed.version).await).await;
    cluster.settle().await;
    let ids = [draft.id.to_string(), proposed.id.to_string()];
    let city = cluster.visitor("lviv");
    assert_silent(&cluster, &city, &ids, "a draft").await;
    assert_silent(&cluster, &cluster.visitor("hub"), &ids, "a draft, at the hub").await;
    // One may not even learn that there is one: an unknown id answers the same.
    let unknown = "01936a1e-0000-7000-8000-00000000abcd";
    for path in ["/practices/{}", "/ap/practice/{}", "/practices/{}/versions", "/ap/practice/{}/replies"] {
        let there = city.ask(&path.replace("{}", &ids[0]), "text/html").await;
        let not_there = city.ask(&path.replace("{}", unknown), "text/html").await;
        assert_eq!(there.status, not_there.status, "{path}");
        // Every problem has a number of its own.
        let same = |answer: Answer| golden::stable(&answer.text().into(), &[]);
        assert_eq!(same(there), same(not_there), "{path}");
    }
    assert!(mastodon.deliveries().iter().all(|got| !String::from_utf8_lossy(&got.body).contains(CANARY)));
    assert!(cluster.curations().await.is_empty());
}

#[tokio::test]
async fn s31_an_edit_before_publication_leaves_no_trace_of_what_was_there() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let mut secret = card("Відкрита назва");
    secret.lessons = format!("{CANARY} чернетка");
    let draft = cluster.draft("lviv", secret).await;
    let clean = card("Відкрита назва");
    cluster
        .work("lviv", async |uow, who| {
            let edited = service::edit(uow, who, &draft.id, draft.version, clean, "").await?;
            let proposed = service::submit(uow, who, &draft.id, edited.version).await?;
            service::publish(uow, who, &draft.id, proposed.version).await
        })
        .await;
    cluster.settle().await;
    let ids = [draft.id.to_string()];
    assert_silent(&cluster, &cluster.visitor("lviv"), &ids, "an older version").await;
    assert_silent(&cluster, &cluster.visitor("hub"), &ids, "an older version, at the hub").await;
}

#[tokio::test]
async fn s31_a_comment_that_its_author_deleted_leaves_no_text_behind() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    cluster.moderate("lviv", ratusha_tenants::Moderation::Show).await;
    let practice = cluster.publish("lviv", "Відкрита назва").await;
    let citizen = cluster.signed_in("lviv", "citizen").await;
    let text = format!("{CANARY} чернетка");
    let page = format!("/practices/{}", practice.id);
    let answer = citizen.submit(&page, &format!("/discussion/{}", practice.id), &[("text", &text)]).await;
    assert!(answer.body.contains(CANARY), "the comment stands: {} {}", answer.status, answer.text());
    cluster.settle().await;
    let create = mastodon.received_of("Create").pop().expect("followers get the comment");
    assert!(create["object"]["content"].as_str().unwrap().contains(CANARY));
    let note = create["object"]["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let delete = format!("/discussion/comments/{note}/delete");
    let _ = citizen.submit(&page, &delete, &[]).await;
    cluster.settle().await;
    assert_eq!(mastodon.received_of("Delete").len(), 1);
    let ids = [practice.id.to_string()];
    assert_silent(&cluster, &cluster.visitor("lviv"), &ids, "deleted by its author").await;
    let site = cluster.visitor("lviv");
    let person = create["actor"].as_str().unwrap().strip_prefix(&cluster.tenant("lviv").base_url).unwrap().to_owned();
    for path in [format!("{person}/outbox?page=1"), person.clone(), format!("/ap/note/{note}")] {
        let answer = site.ask(&path, "application/activity+json").await;
        assert!(!answer.body.contains(CANARY), "{path}");
    }
    assert_eq!(site.ask(&format!("/ap/note/{note}"), "application/activity+json").await.status, 410);
}

#[tokio::test]
async fn s31_a_deleted_practice_and_a_held_reply_leave_no_text_behind() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    cluster.moderate("lviv", ratusha_tenants::Moderation::Hold).await;
    let open = cluster.publish("lviv", "Відкрита назва").await;
    let ap_id = cluster.ap_id("lviv", &open.id);
    let content = format!("<p>{CANARY} чернетка</p>");
    let note = mastodon.note(&Note { actor: &marek, in_reply_to: Some(&ap_id), mentions: &[], content: &content, warning: None });
    assert_eq!(mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await, 202);
    let gone = cluster.publish("lviv", &format!("{CANARY} чернетка")).await;
    cluster.settle().await;
    cluster.delete("lviv", &gone.id).await;
    cluster.settle().await;
    let ids = [open.id.to_string(), gone.id.to_string()];
    assert_silent(&cluster, &cluster.visitor("lviv"), &ids, "held or deleted").await;
    assert_silent(&cluster, &cluster.visitor("hub"), &ids, "held or deleted, at the hub").await;
}
