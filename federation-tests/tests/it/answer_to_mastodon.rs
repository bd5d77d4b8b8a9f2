//! A citizen here answers a citizen there.

use ratusha_federation_tests::{Cluster, activities::Note, cluster::HUB_AND_CITY};
use ratusha_tenants::Moderation;

use crate::{inbox, marek_follows};

#[tokio::test]
async fn an_answer_written_here_reaches_the_server_of_whom_it_answers() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    cluster.moderate("lviv", Moderation::Show).await;
    let (mastodon, marek) = marek_follows(&cluster, "lviv").await;
    let practice = cluster.publish("lviv", "Практика").await;
    let ap_id = cluster.ap_id("lviv", &practice.id);
    let note = mastodon.note(&Note {
        actor: &marek,
        in_reply_to: Some(&ap_id),
        mentions: &[],
        content: "<p>Скільки коштувало?</p>",
        warning: None,
    });
    mastodon.send(&inbox(&cluster, "lviv"), &mastodon.create(&note)).await;
    cluster.settle().await;
    // Marek no longer follows; the answer must reach him all the same.
    let follow = mastodon.follow(&marek, &cluster.tenant("lviv").actor_id());
    mastodon.send(&inbox(&cluster, "lviv"), &mastodon.undo(&follow)).await;
    cluster.settle().await;

    let citizen = cluster.signed_in("lviv", "citizen").await;
    let thread = {
        let mut conn = cluster.ctx("lviv").db().read().await.unwrap();
        ratusha_content::discussion::service::thread(&mut conn, &cluster.tenant("lviv").id, practice.id.as_str()).await.unwrap()
    };
    let action = format!("/discussion/{}", practice.id);
    let page = format!("/practices/{}", practice.id);
    let answer = citizen.submit(&page, &action, &[("text", "Чотириста тисяч гривень."), ("parent", thread[0].id.as_str())]).await;
    assert!(answer.body.contains("Чотириста тисяч"), "{} {}", answer.status, answer.text());
    cluster.settle().await;
    let got = mastodon.received().into_iter().rfind(|got| got.kind() == "Create").unwrap();
    let object = &got.activity["object"];
    assert_eq!(object["inReplyTo"], note["id"]);
    assert!(object["content"].as_str().unwrap().contains("Чотириста тисяч"));
    assert_eq!(object["tag"][0]["href"], marek);
    let person = got.activity["actor"].as_str().unwrap();
    assert_eq!(got.signer.as_deref(), Ok(person));
    assert_eq!(mastodon.fetch(person).await.unwrap()["type"], "Person");
    assert_eq!(mastodon.fetch(object["id"].as_str().unwrap()).await.unwrap()["type"], "Note");
}
