//! Servers that are away for a while: nothing is lost, nothing is doubled, order is kept.

use std::collections::BTreeMap;

use ratusha_federation_tests::{Cluster, Reply, cluster::HUB_AND_CITY, peer::times_received, practices::accept};

use crate::marek_follows;

const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn a_hub_that_was_away_gets_everything_once_and_in_order() {
    let mut cluster = Cluster::start(HUB_AND_CITY).await;
    let hub = cluster.switch_off("hub").await;
    let mut ids = Vec::new();
    for n in 1..=5 {
        let practice = cluster.publish("lviv", &format!("Практика {n}")).await;
        cluster.settle().await;
        ids.push(practice.id.clone());
    }
    cluster.edit("lviv", &ids[0], |card| card.title = "Практика 1, виправлена".to_owned()).await;
    cluster.delete("lviv", &ids[4]).await;
    cluster.settle().await;
    let waiting = cluster.report("lviv", &ids[1]).await;
    assert_eq!((waiting.receivers, waiting.delivered, waiting.waiting), (1, 0, 1));
    cluster.pass(3 * 24 * HOUR).await;

    cluster.switch_on(hub).await;
    cluster.pass_hours(3).await;
    let rows = cluster.curations().await;
    let mut titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).filter(|title| !title.is_empty()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Практика 1, виправлена", "Практика 2", "Практика 3", "Практика 4"]);
    assert!(rows.iter().filter(|row| row.state.is_queued()).count() == 4, "{rows:?}");
    for id in &ids {
        let report = cluster.report("lviv", id).await;
        assert_eq!((report.delivered, report.waiting, report.refused.len()), (1, 0, 0));
    }
    // What the hub decides afterwards finds its way back.
    cluster.decide(&cluster.ap_id("lviv", &ids[1]), accept(), "").await;
    cluster.settle().await;
    assert_eq!(cluster.decisions("lviv", &ids[1]).await[0].decision, "accepted");
}

#[tokio::test]
async fn a_city_that_was_away_learns_what_was_decided() {
    let mut cluster = Cluster::start(HUB_AND_CITY).await;
    let practice = cluster.publish("lviv", "Практика").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    let city = cluster.switch_off("lviv").await;
    cluster.decide(&ap_id, accept(), "Так.").await;
    cluster.pass(6 * HOUR).await;
    cluster.switch_on(city).await;
    cluster.pass_hours(3).await;
    let decisions = cluster.decisions("lviv", &practice.id).await;
    assert_eq!((decisions[0].decision.as_str(), decisions[0].note.as_str()), ("accepted", "Так."));
}

#[tokio::test]
async fn the_author_reads_how_many_servers_have_it_and_who_is_waited_for() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    mastodon.answer(Reply::Status(503));
    let practice = cluster.publish("lviv", "Практика").await;
    let before = cluster.report("lviv", &practice.id).await;
    assert_eq!((before.receivers, before.delivered, before.waiting), (2, 0, 2));
    cluster.settle().await;
    let report = cluster.report("lviv", &practice.id).await;
    assert_eq!((report.receivers, report.delivered, report.waiting), (2, 1, 1));
    assert_eq!(report.waiting_hosts, std::slice::from_ref(&mastodon.host));
    let page = cluster.signed_in("lviv", "editor").await.get(&format!("/practices/{}", practice.id)).await;
    assert!(page.text().contains(&mastodon.host), "{}", page.text());
    assert!(
        !cluster.visitor("lviv").get(&format!("/practices/{}", practice.id)).await.body.contains(&mastodon.host),
        "strangers are not told"
    );

    mastodon.answer(Reply::Honest);
    cluster.pass_hours(1).await;
    let report = cluster.report("lviv", &practice.id).await;
    assert_eq!((report.delivered, report.waiting), (2, 0));
    assert_eq!(mastodon.received_of("Create").len(), 1);
}

#[tokio::test]
async fn a_server_that_asks_for_time_is_given_it() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let before = mastodon.deliveries().len();
    mastodon.answer_once(Reply::Busy(600));
    cluster.publish("lviv", "Практика").await;
    cluster.settle().await;
    cluster.pass(5 * 60 * 1000).await;
    assert_eq!(mastodon.deliveries().len(), before + 1, "it is not asked before its time");
    cluster.pass(6 * 60 * 1000).await;
    assert_eq!(mastodon.received_of("Create").len(), 1);
}

#[tokio::test]
async fn one_slow_server_does_not_hold_up_the_others() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let slow = ratusha_federation_tests::FakePeer::start("slow", 1, &cluster.clock).await;
    let ola = slow.person("ola");
    crate::follow(&cluster, &slow, &ola, &cluster.tenant("lviv").actor_id()).await;
    slow.answer(Reply::Held);
    let practice = cluster.publish("lviv", "Практика").await;
    let work = cluster.settle();
    let others = async {
        slow.wait_until_held().await;
        while mastodon.received_of("Create").is_empty() {
            tokio::task::yield_now().await;
        }
        // Everybody else has it while the slow one still thinks.
        assert!(slow.received_of("Create").is_empty());
        slow.release();
    };
    tokio::join!(work, others);
    let report = cluster.report("lviv", &practice.id).await;
    assert_eq!((report.receivers, report.delivered), (3, 3));
}

#[tokio::test]
async fn s19_the_same_activity_many_times_has_one_effect() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    cluster.moderate("lviv", ratusha_tenants::Moderation::Show).await;
    let practice = cluster.publish("lviv", "Практика").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    let note = mastodon.note(&ratusha_federation_tests::activities::Note {
        actor: &marek,
        in_reply_to: Some(&ap_id),
        mentions: &[],
        content: "<p>Один раз</p>",
        warning: None,
    });
    let create = mastodon.create(&note);
    let letter = mastodon.letter(&crate::inbox(&cluster, "lviv"), &create);
    let sent = futures_util::future::join_all((0..20).map(|_| mastodon.post(&letter))).await;
    assert!(sent.iter().all(|status| *status == 202), "{sent:?}");
    cluster.settle().await;
    assert_eq!(mastodon.send(&crate::inbox(&cluster, "lviv"), &create).await, 202);
    cluster.settle().await;
    let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
    let thread = ratusha_content::discussion::service::thread(&mut conn, &cluster.tenant("lviv").id, practice.id.as_str()).await.unwrap();
    assert_eq!(thread.len(), 1);
    // And the same address with other words changes nothing.
    let mut other = create.clone();
    other["object"]["content"] = serde_json::json!("<p>Інші слова</p>");
    mastodon.send(&crate::inbox(&cluster, "lviv"), &other).await;
    cluster.settle().await;
    let thread = ratusha_content::discussion::service::thread(&mut conn, &cluster.tenant("lviv").id, practice.id.as_str()).await.unwrap();
    assert_eq!(thread[0].body, "<p>Один раз</p>");
}

#[tokio::test]
async fn answers_that_get_lost_double_nothing_at_the_hub() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    // The server takes the first two deliveries but its answers say otherwise.
    for _ in 0..2 {
        mastodon.answer_once(Reply::Status(500));
    }
    for n in 0..3 {
        cluster.publish("lviv", &format!("Практика {n}")).await;
    }
    cluster.settle().await;
    cluster.pass_hours(1).await;
    let times: BTreeMap<String, usize> = times_received(&mastodon);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let titles: Vec<_> =
        mastodon.received_of("Create").iter().map(|create| create["object"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, ["Практика 0", "Практика 1", "Практика 2"]);
    assert_eq!(cluster.curations().await.len(), 3);
}

#[tokio::test]
async fn what_was_answered_202_survives_a_restart() {
    let mut cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    cluster.moderate("lviv", ratusha_tenants::Moderation::Show).await;
    let practice = cluster.publish("lviv", "Практика").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    cluster.settle().await;
    let note = mastodon.note(&ratusha_federation_tests::activities::Note {
        actor: &marek,
        in_reply_to: Some(&ap_id),
        mentions: &[],
        content: "<p>Перед вимкненням</p>",
        warning: None,
    });
    assert_eq!(mastodon.send(&crate::inbox(&cluster, "lviv"), &mastodon.create(&note)).await, 202);
    let city = cluster.switch_off("lviv").await;
    cluster.switch_on(city).await;
    cluster.settle().await;
    let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
    let thread = ratusha_content::discussion::service::thread(&mut conn, &cluster.tenant("lviv").id, practice.id.as_str()).await.unwrap();
    assert_eq!(thread.len(), 1);
}

#[tokio::test]
async fn the_log_of_what_was_sent_holds_its_chain_through_deletions_and_restarts() {
    let mut cluster = Cluster::start(HUB_AND_CITY).await;
    let first = cluster.publish("lviv", "Перша").await;
    cluster.publish("lviv", "Друга").await;
    cluster.settle().await;
    cluster.delete("lviv", &first.id).await;
    let city = cluster.switch_off("lviv").await;
    cluster.switch_on(city).await;
    cluster.publish("lviv", "Третя").await;
    cluster.settle().await;
    let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
    let lines =
        ratusha_federation::outbox::verify_chain(&mut conn, &cluster.tenant("lviv").id, &ratusha_federation::Stream::Public).await.unwrap();
    assert_eq!(lines, 4);
}
