//! A citizen on Mastodon replies, and the reply stands under the practice on the city's page.

use ratusha_content::discussion::{self, Comment};
use ratusha_federation_tests::{Cluster, activities::Note, cluster::HUB_AND_CITY};
use ratusha_practices::model::PracticeId;
use ratusha_tenants::Moderation;
use serde_json::Value;

use crate::{inbox, marek_follows};

async fn shown(cluster: &Cluster, id: &PracticeId) -> Vec<Comment> {
    let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
    discussion::service::thread(&mut conn, &cluster.tenant("lviv").id, id.as_str()).await.unwrap()
}

fn reply<'a>(actor: &'a str, to: &'a str, mentions: &'a [(&'a str, &'a str)], content: &'a str) -> Note<'a> {
    Note { actor, in_reply_to: Some(to), mentions, content, warning: None }
}

#[tokio::test]
async fn a_reply_is_shown_at_once_where_the_community_wants_it_so() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    cluster.settle().await;
    let create = mastodon.received_of("Create").pop().unwrap();
    let (ap_id, city) = (create["object"]["id"].as_str().unwrap(), cluster.tenant("lviv").actor_id());
    let mentions = [("@lviv", city.as_str())];
    let content = "<p><span class=\"h-card\"><a href=\"#\" class=\"u-url mention\">@<span>lviv</span></a></span> А скільки це коштувало?</p><script>alert(1)</script>";
    let note = mastodon.note(&reply(&marek, ap_id, &mentions, content));
    assert_eq!(mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await, 202);
    cluster.settle().await;

    let thread = shown(&cluster, &practice.id).await;
    assert_eq!(thread.len(), 1);
    assert!(thread[0].body.contains("А скільки це коштувало?") && !thread[0].body.contains("script"));
    assert_eq!(thread[0].author_handle, format!("@marek@{}", mastodon.host));
    let page = cluster.visitor("lviv").get(&format!("/practices/{}", practice.id)).await.page();
    assert!(page.contains("А скільки це коштувало?") && page.contains(&format!("@marek@{}", mastodon.host)));
    // Other servers find it through the collections of the practice.
    let replies = mastodon.fetch(&format!("{ap_id}/replies")).await.unwrap();
    assert!(replies.to_string().contains(note["id"].as_str().unwrap()), "{replies}");
    // A reply to a reply stands below it.
    let second = mastodon.note(&reply(&marek, note["id"].as_str().unwrap(), &[], "<p>І скільки людей?</p>"));
    assert_eq!(mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&second)).await, 202);
    cluster.settle().await;
    let thread = shown(&cluster, &practice.id).await;
    assert_eq!(thread.iter().map(|comment| comment.depth).collect::<Vec<_>>(), [0, 1]);
}

#[tokio::test]
async fn a_reply_is_held_until_a_moderator_lets_it_through() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Hold).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let note = mastodon.note(&reply(&marek, &ap_id, &[], "<p>Дякую громаді</p>"));
    mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await;
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
    let path = format!("/practices/{}", practice.id);
    assert!(!cluster.visitor("lviv").get(&path).await.page().contains("Дякую громаді"));
    assert!(!mastodon.fetch(&format!("{ap_id}/replies")).await.unwrap().to_string().contains(note["id"].as_str().unwrap()));

    let held = held(&cluster).await;
    assert_eq!(held.len(), 1);
    cluster.work("lviv", async |uow, who| discussion::service::approve(uow, who, &held[0].id).await).await;
    assert!(cluster.visitor("lviv").get(&path).await.page().contains("Дякую громаді"));
}

async fn held(cluster: &Cluster) -> Vec<Comment> {
    let tenant = cluster.tenant("lviv");
    let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
    let queue = discussion::service::queue(&mut conn, &tenant.id, &cluster.principal("lviv"), discussion::CommentState::Held, None, 50)
        .await
        .unwrap();
    queue.items.into_iter().map(|queued| queued.comment).collect()
}

#[tokio::test]
async fn an_edit_and_a_deletion_of_a_reply_follow() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let to = inbox(&cluster, "lviv");
    let note = mastodon.note(&reply(&marek, &ap_id, &[], "<p>Перша думка</p>"));
    mastodon.send(&to, &mastodon.create(&note)).await;
    cluster.settle().await;
    cluster.clock.advance(60_000);
    mastodon.send(&to, &mastodon.update(&note, "<p>Друга думка</p>")).await;
    cluster.settle().await;
    let thread = shown(&cluster, &practice.id).await;
    assert!(thread[0].body.contains("Друга думка") && thread[0].is_edited());
    cluster.clock.advance(60_000);
    mastodon.send(&to, &mastodon.delete(&note)).await;
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
    let page = cluster.visitor("lviv").get(&format!("/practices/{}", practice.id)).await.page();
    assert!(!page.contains("Друга думка") && !page.contains("Перша думка"));
    // The first Create once more does not bring it back.
    mastodon.send(&to, &mastodon.create(&note)).await;
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
}

#[tokio::test]
async fn s28_a_deletion_that_comes_before_its_note_keeps_the_note_away() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let note = mastodon.note(&reply(&marek, &ap_id, &[], "<p>Запізно</p>"));
    let (create, delete) = (mastodon.create(&note), mastodon.delete(&note));
    mastodon.send(&inbox(&cluster, "lviv"), &delete).await;
    cluster.settle().await;
    mastodon.send(&inbox(&cluster, "lviv"), &create).await;
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
}

#[tokio::test]
async fn a_reply_to_an_unknown_reply_climbs_to_the_practice() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let first = mastodon.note(&reply(&marek, &ap_id, &[], "<p>Цього місто не отримало</p>"));
    // Mastodon sends it to the city because the city is named in it.
    let city = cluster.tenant("lviv").actor_id();
    let second = mastodon.note(&reply(&marek, first["id"].as_str().unwrap(), &[("@lviv", &city)], "<p>А це отримало</p>"));
    mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&second)).await;
    cluster.settle().await;
    let bodies: Vec<String> = shown(&cluster, &practice.id).await.into_iter().map(|comment| comment.body).collect();
    assert_eq!(bodies, ["<p>Цього місто не отримало</p>", "<p>А це отримало</p>"]);
}

#[tokio::test]
async fn content_warnings_likes_and_boosts_are_understood() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let to = inbox(&cluster, "lviv");
    let note = mastodon.note(&Note { warning: Some("Довгий допис"), ..reply(&marek, &ap_id, &[], "<p>Про все</p>") });
    let like = mastodon.like(&marek, &ap_id);
    for activity in [mastodon.create(&note), like.clone(), mastodon.boost(&marek, &ap_id)] {
        assert_eq!(mastodon.send(&to, &activity).await, 202);
    }
    cluster.settle().await;
    assert_eq!(shown(&cluster, &practice.id).await[0].warning.as_deref(), Some("Довгий допис"));
    let count = async || {
        let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
        let reactions = discussion::service::reactions(&mut conn, &cluster.tenant("lviv").id, practice.id.as_str()).await.unwrap();
        (reactions.likes, reactions.shares)
    };
    assert_eq!(count().await, (1, 1));
    mastodon.send(&to, &mastodon.undo(&like)).await;
    cluster.settle().await;
    assert_eq!(count().await, (0, 1));
}

#[tokio::test]
async fn a_mention_that_answers_nothing_of_ours_leaves_no_comment() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let city = cluster.tenant("lviv").actor_id();
    let note: Value =
        mastodon
            .note(&Note { actor: &marek, in_reply_to: None, mentions: &[("@lviv", &city)], content: "<p>Вітаю</p>", warning: None });
    assert_eq!(mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await, 202);
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
}

#[tokio::test]
async fn a_person_who_deletes_the_account_takes_every_word_along() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Електронна черга").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let note = mastodon.note(&reply(&marek, &ap_id, &[], "<p>Слова Марека</p>"));
    mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await;
    cluster.settle().await;
    assert_eq!(shown(&cluster, &practice.id).await.len(), 1);
    let gone = serde_json::json!({"@context": "https://www.w3.org/ns/activitystreams", "id": format!("{marek}#delete"), "type": "Delete",
        "actor": marek, "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": marek});
    mastodon.send(&inbox(&cluster, "lviv"), &gone).await;
    cluster.settle().await;
    assert!(shown(&cluster, &practice.id).await.is_empty());
}
