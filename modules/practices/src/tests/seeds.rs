//! The samples, written through the use cases.

use std::collections::BTreeSet;

use ratusha_content::{classifier, files};

use super::{city, path};
use crate::{
    Practices,
    model::State,
    seeds::{self, INVENTED},
    service,
};
use ratusha_content::Module;

#[test]
fn samples_say_that_they_are_invented_and_stand_in_known_classes() {
    let all = seeds::samples();
    assert!(all.len() >= 12);
    let scheme = classifier::shipped();
    for sample in all.iter().chain(&seeds::unfinished()) {
        assert!(sample.card.context.contains(INVENTED), "{}", sample.card.title);
        assert!(!sample.card.concepts.is_empty() && sample.card.concepts.iter().all(|c| scheme.exists(c)), "{}", sample.card.title);
    }
    let titles: BTreeSet<&str> = all.iter().map(|s| s.card.title.as_str()).collect();
    assert_eq!(titles.len(), all.len());
}

#[tokio::test]
async fn each_community_publishes_several_and_leaves_one_on_the_way() {
    for (set, left) in [(0, State::Proposed), (1, State::Draft), (2, State::NeedsUpdate)] {
        let app = city().await;
        let mut uow = app.begin().await;
        Practices.seeds()[set].load(&mut uow).await.unwrap();
        uow.commit().await.unwrap();
        app.settle().await;
        let mut conn = app.ctx.db().read().await.unwrap();
        let tenant = app.tenant().id.clone();
        let who = app.system();
        let (states, _) = service::overview(&app.ctx, &mut conn, &tenant).await.unwrap();
        let of = |state: State| states.iter().find(|(s, _)| *s == state).unwrap().1;
        assert_eq!((of(State::Validated), of(left)), (4, 1), "set {set}");
        let found = service::mine(&mut conn, &tenant, &who, &[State::Validated], false, None, 10).await.unwrap();
        for practice in &found.items {
            let files = files::list(&mut conn, &tenant, practice.id.as_str()).await.unwrap();
            assert!(files.iter().any(files::StoredFile::is_image), "each has a picture");
            assert!(files.iter().all(|file| !file.alt.is_empty()));
        }
        drop(conn);
        assert!(app.get(&path(&found.items[0])).await.has("Вигаданий приклад"));
        assert_eq!(app.get("/practices").await.body.matches("card-title").count(), 4);
    }
}
