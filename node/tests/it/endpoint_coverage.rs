//! Every door of the product, and what it answers to whom: forgetting one is a failing test.

use std::collections::BTreeMap;

use ratusha_federation_tests::{
    Browser,
    browser::form_fields,
    cluster::{COUNTRY, Cluster},
    practices::card,
};

use crate::golden;

/// Who asks: nobody; people of the community; and the administrator of the neighbour on the same node, at home.
const COLUMNS: [&str; 5] = ["anonymous", "citizen", "editor", "admin", "neighbour"];

/// An id of the right shape that belongs to nothing.
const NOBODY: &str = "019a0000-0000-7000-8000-000000000000";

/// What stands for the parameters of a path.
fn fill(path: &str, samples: &BTreeMap<&str, String>) -> String {
    let prefix = path.split('{').next().unwrap_or("");
    let mut out = path.to_owned();
    let id = samples
        .iter()
        .filter(|(start, _)| prefix.starts_with(**start))
        .max_by_key(|(start, _)| start.len())
        .map_or(NOBODY, |(_, id)| id.as_str());
    for (name, value) in [
        ("{id}", id),
        ("{notation}", "01.01"),
        ("{object}", id),
        ("{kind}", "practice"),
        ("{version}", "2.1"),
        ("{edition}", "1"),
        ("{collection}", "outbox"),
        ("{slug}", "lvivska-25047"),
        ("{n}", "1"),
        ("{number}", "1"),
        ("{file}", "app.css"),
        ("{name}", "dark"),
    ] {
        out = out.replace(name, value);
    }
    // Whatever else a path may ask for is answered by nothing that exists.
    while let (Some(start), Some(end)) = (out.find('{'), out.find('}')) {
        out.replace_range(start..=end, NOBODY);
    }
    out
}

#[tokio::test]
async fn r16_every_door_answers_everybody_as_the_golden_table_says_and_hides_the_neighbours_things() {
    let country = Cluster::start(COUNTRY).await;
    let practice = country.publish("poltava", "Електронна черга").await;
    let draft = country.draft("poltava", card("Ще не готово")).await;
    country.settle().await;
    let curation = country.curations().await.first().expect("the practice is in the queue").id.to_string();

    let samples: BTreeMap<&str, String> = [
        ("/practices/", practice.id.to_string()),
        ("/ap/practice/", practice.id.to_string()),
        ("/ap/", practice.id.to_string()),
        ("/discussion/", practice.id.to_string()),
        ("/curation/", curation),
    ]
    .into();
    let mut at_home = BTreeMap::new();
    for column in COLUMNS {
        at_home.insert(column, visitor(&country, column).await);
    }
    let mut lines = vec![format!("{:<6}{:<52}{}", "", "path", COLUMNS.map(|c| format!("{c:<11}")).concat().trim_end())];
    let doors = ratusha_node::router::endpoints(&ratusha_node::modules::all(), &country.node_of("poltava").node.ctx);
    assert!(doors.len() > 60, "only {} doors", doors.len());
    for door in doors {
        let path = fill(door.path, &samples);
        let mut cells = String::new();
        for column in COLUMNS {
            let status = if door.method == "GET" {
                let browser = at_home.get(column).expect("everybody is at home");
                browser.ask(&path, "text/html").await.status
            } else {
                // A door that changes things may sign people out, so everybody comes to it anew.
                let browser = visitor(&country, column).await;
                let fields = form_fields(&browser.get("/").await.page(), "/sign-out").unwrap_or_default();
                browser.post(&path, &fields).await.status
            };
            assert_ne!(status.as_u16(), 500, "{} {path} fails for {column}", door.method);
            cells.push_str(&format!("{:<11}", status.as_u16()));
        }
        lines.push(format!("{:<6}{:<52}{}", door.method, door.path, cells.trim_end()));
    }
    golden::compare("endpoints.txt", &(lines.join("\n") + "\n"));

    // What is not public, and what belongs to somebody else, is not there at all.
    for (who, path) in [
        ("anonymous", format!("/practices/{}", draft.id)),
        ("citizen", format!("/practices/{}", draft.id)),
        ("neighbour", format!("/practices/{}", draft.id)),
        ("neighbour", format!("/practices/{}", practice.id)),
        ("neighbour", format!("/practices/{}/edit", practice.id)),
        ("neighbour", format!("/ap/practice/{}", practice.id)),
        ("anonymous", format!("/ap/practice/{}", draft.id)),
    ] {
        let answer = visitor(&country, who).await.ask(&path, "text/html").await;
        assert_eq!(answer.status.as_u16(), 404, "{path} for {who}");
    }
    let admin = country.signed_in("poltava", "admin").await;
    assert_eq!(
        admin.at(&country.tenant("myrhorod").base_url).ask("/admin/people", "text/html").await.status.as_u16(),
        303,
        "a session of one community holds in no other"
    );
}

async fn visitor(country: &Cluster, column: &str) -> Browser {
    match column {
        "anonymous" => country.visitor("poltava"),
        "citizen" => country.signed_in("poltava", "citizen").await,
        "editor" => country.signed_in("poltava", "editor").await,
        "admin" => country.signed_in("poltava", "admin").await,
        _ => country.signed_in("myrhorod", "admin").await,
    }
}
