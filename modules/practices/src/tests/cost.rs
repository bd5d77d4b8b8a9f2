//! What pages cost in statements; more practices must not cost more.

use ratusha_content::testkit::counted;

use super::{city, path, published};

#[tokio::test]
async fn lists_and_exports_cost_the_same_however_many_practices_they_show() {
    let app = city().await;
    let practice = published(&app, "Практика 0").await;
    for page in [
        "/practices",
        "/practices/map",
        "/practices/timeline",
        "/practices/export.csv",
        "/practices/export.jsonld",
        "/practices?q=%D0%BF%D1%80%D0%B0%D0%BA%D1%82%D0%B8%D0%BA%D0%B0",
    ] {
        app.get(page).await;
    }
    let mut before = Vec::new();
    let pages =
        ["/practices", "/practices/map", "/practices/timeline", "/practices/export.csv", "/practices/export.jsonld", &path(&practice)]
            .map(ToOwned::to_owned);
    for page in &pages {
        before.push(counted(app.get(page)).await.1.len());
    }
    for n in 1..12 {
        published(&app, &format!("Практика {n}")).await;
    }
    app.settle().await;
    app.ctx.clock().advance(2_000);
    for (page, before) in pages.iter().zip(before) {
        app.get(page).await;
        let (answer, statements) = counted(app.get(page)).await;
        assert!(answer.status.is_success());
        // Related practices come with the twelfth: one search more, however many there are.
        let more = if page.contains("practices/0") { 6 } else { 0 };
        assert!(statements.len() <= before + more, "{page}: {before} before, {} now: {statements:#?}", statements.len());
        assert!(statements.len() <= 16, "{page} costs {} statements: {statements:#?}", statements.len());
    }
}
