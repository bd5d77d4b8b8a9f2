//! Feeds of hostile entries, read back by a parser of somebody else's.

use quick_xml::{Reader, events::Event};
use ratusha_platform::{Lang, Timestamp};

use super::feed::{About, atom};
use crate::{
    index::{Hit, State},
    testkit::TestApp,
};

#[tokio::test]
async fn s24_a_feed_of_hostile_titles_is_read_by_a_parser_with_every_entry_in_place() {
    let app = TestApp::new(Vec::new()).await;
    let template = Hit {
        object: String::new(),
        module: String::new(),
        state: State::Public,
        ap_id: String::new(),
        path: String::new(),
        lang: String::new(),
        title: String::new(),
        summary: String::new(),
        territory: None,
        oblast: None,
        licence: String::new(),
        origin: String::new(),
        concepts: Vec::new(),
        facets: Vec::new(),
        published_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let nasty = [
        "]]></title></entry></feed><!-- \u{0}\u{1}\u{b}\u{c}\u{1f}\u{85}\u{fffe}\u{ffff}",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>&a;",
        "<![CDATA[ x ]]> \" onload='x' \u{202e}\u{1f4a9}",
    ];
    let hits: Vec<Hit> = nasty
        .iter()
        .map(|text| Hit {
            title: (*text).to_owned(),
            summary: (*text).to_owned(),
            lang: (*text).to_owned(),
            origin: (*text).to_owned(),
            licence: (*text).to_owned(),
            path: format!("/{text}"),
            ap_id: (*text).to_owned(),
            concepts: vec![(*text).to_owned()],
            updated_at: Timestamp(i64::MAX),
            ..template.clone()
        })
        .collect();
    let about = About { title: nasty[0].into(), own_url: nasty[1].into(), page_url: nasty[2].into(), lang: Lang::Uk };
    let document = atom(&app.tenant(), &about, &hits);
    let mut reader = Reader::from_str(&document);
    let (mut entries, mut depth) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                depth += 1;
                entries += usize::from(tag.name().as_ref() == b"entry");
                tag.attributes().for_each(|a| drop(a.unwrap().unescape_value().unwrap()));
            }
            Event::Empty(tag) => tag.attributes().for_each(|a| drop(a.unwrap().unescape_value().unwrap())),
            Event::End(_) => depth -= 1,
            Event::Text(text) => drop(text.unescape().unwrap()),
            Event::Eof => break,
            Event::Decl(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((entries, depth), (nasty.len(), 0));
    assert!(document.chars().all(|c| c == '\n' || c >= ' ') && !document.contains(['\u{fffe}', '\u{ffff}', '\u{85}']));
}
