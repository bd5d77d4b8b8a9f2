//! The whole story by the pages alone, as an editor and a curator live it in their browsers without scripts.

use base64::{Engine, engine::general_purpose::STANDARD};
use ratusha_federation_tests::{Cluster, cluster::HUB_AND_CITY, readers};

use crate::marek_follows;

/// A picture of one point.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[tokio::test]
async fn editor_and_curator_bring_a_practice_to_the_country_on_the_pages_alone() {
    let cluster = Cluster::start(HUB_AND_CITY).await;
    let (mastodon, _) = marek_follows(&cluster, "lviv").await;
    let editor = cluster.signed_in("lviv", "editor").await;
    // Begun with a title alone: a draft may be unfinished.
    let draft = editor.submit("/practices/new", "/practices/new", &[("title", "Черга без черги")]).await;
    assert!(draft.status.is_success(), "{}", draft.text());
    let path = draft.path.clone();
    assert!(path.starts_with("/practices/"), "{path}");
    let path = path.trim_end_matches("/edit").to_owned();
    // It cannot be handed in like that, and the page says what is missing.
    let early = editor.submit(&format!("{path}/submit"), &format!("{path}/submit"), &[]).await;
    assert_eq!(early.status, 422, "{}", early.text());
    let filled = editor
        .submit(
            &format!("{path}/edit"),
            &format!("{path}/edit"),
            &[
                ("summary", "Запис на час скоротив очікування учетверо."),
                ("problem", "Люди стояли годинами."),
                ("solution", "Запис на час."),
                ("contact", "Відділ якості послуг, tsnap@example.com"),
                ("started_on", "2025-02-03"),
                ("outcome_0_metric", "Очікування"),
                ("outcome_0_before", "42"),
                ("outcome_0_after", "9,5"),
                ("concepts", "01.01"),
            ],
        )
        .await;
    assert!(filled.status.is_success(), "{}", filled.text());
    let files = format!("{path}/files");
    let picture = STANDARD.decode(PICTURE).unwrap();
    let without_words = editor.upload(&files, &files, ("file", "зала.png", &picture), &[]).await;
    assert_eq!(without_words.status, 422, "a picture needs a text alternative");
    let stored = editor.upload(&files, &files, ("file", "зала.png", &picture), &[("file_alt", "Зала з табло"), ("cover", "1")]).await;
    assert!(stored.status.is_success(), "{}", stored.text());
    for step in ["submit", "validate"] {
        let done = editor.submit(&format!("{path}/{step}"), &format!("{path}/{step}"), &[]).await;
        assert!(done.status.is_success(), "{step}: {}", done.text());
    }
    cluster.settle().await;

    // The follower sees the picture with its words, and may fetch it without a cookie.
    let create = mastodon.received_of("Create").pop().expect("it is published");
    let status = readers::mastodon(&create).unwrap();
    assert_eq!(status.pictures.len(), 1, "{create}");
    assert_eq!(status.pictures[0].1, "Зала з табло");
    assert_eq!(readers::lemmy(&create).unwrap().1.as_deref(), Some(status.pictures[0].0.as_str()));
    let file = status.pictures[0].0.strip_prefix(&cluster.tenant("lviv").base_url).unwrap().to_owned();
    let served = cluster.visitor("lviv").ask(&file, "image/*").await;
    assert_eq!(served.status, 200);
    assert_eq!(served.headers.get("x-content-type-options").unwrap(), "nosniff");
    assert!(served.headers.get("content-security-policy").unwrap().to_str().unwrap().contains("sandbox"));
    assert!(served.headers.get("content-type").unwrap().to_str().unwrap().starts_with("image/"));

    let curator = cluster.signed_in("hub", "curator").await;
    let queue = curator.get("/curation").await.page();
    assert!(queue.contains("Черга без черги"));
    let row = cluster.curation(create["object"]["id"].as_str().unwrap()).await.unwrap();
    let form = format!("/curation/{}", row.id);
    let refused = curator.submit(&form, &form, &[("decision", "return"), ("note", "")]).await;
    assert_eq!(refused.status, 422, "remarks are required");
    let accepted = curator.submit(&form, &form, &[("decision", "accept"), ("class", "01.01")]).await;
    assert!(accepted.status.is_success(), "{}", accepted.text());
    cluster.settle().await;
    assert!(cluster.visitor("hub").get("/practices").await.page().contains("Черга без черги"));
    let own = editor.get(&path).await;
    assert!(own.text().contains("2"), "{}", own.text());
    // A visitor may do none of that.
    let visitor = cluster.visitor("lviv");
    for step in ["edit", "archive", "delete", "files"] {
        let answer = visitor.ask(&format!("{path}/{step}"), "text/html").await;
        assert!(matches!(answer.status.as_u16(), 303 | 401 | 403 | 404), "{step}: {}", answer.status);
    }
    assert!(matches!(cluster.visitor("hub").ask("/curation", "text/html").await.status.as_u16(), 303 | 401 | 403 | 404));
}
