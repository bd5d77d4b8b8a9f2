//! The search page and the feeds, over a module with something to find.

use super::*;

#[tokio::test]
async fn the_search_page_finds_filters_and_feeds_even_hostile_titles() {
    let app = world(Moderation::Show).await;
    let hostile = Entry {
        object: "00000000-0000-7000-8000-000000000003".into(),
        module: "shelf",
        ap_id: "http://lviv.test/ap/practice/3".into(),
        path: "/shelf/3".into(),
        lang: "uk".into(),
        title: "Вода]]> & <b>\"громада\"</b> \u{b}".into(),
        summary: "</summary><script>alert('x')</script>".into(),
        territory: Some("UA46060250000025047".into()),
        origin: "lviv.test".into(),
        published_at: Timestamp(app.ctx.now().0 + 1),
        updated_at: Timestamp(app.ctx.now().0 + 1),
        ..Entry::default()
    };
    let mut uow = app.begin().await;
    index::put(&mut uow, &hostile).await.unwrap();
    uow.commit().await.unwrap();
    let page = app.get("/search?q=%D0%B3%D1%80%D0%BE%D0%BC%D0%B0%D0%B4%D0%BE%D1%8E").await;
    assert!(page.has("Знайдено 1 запис") && page.has("Вода]]") && !page.has("<script>alert") && !page.has("<b>\""), "{}", page.body);
    assert!(page.has("Львівська область") && page.has("application/atom+xml"));
    assert!(app.get("/en/search").await.has("2 entries found"));
    let placed = app.get("/search?territory=UA46060250000025047&from=2026-01-01").await;
    assert!(
        placed.has("Місце: Львівська територіальна громада") && placed.has("Знайдено 1 запис") && placed.has("Від: "),
        "{}",
        placed.body
    );
    assert!(app.get("/search?oblast=80").await.has("нічого не знайдено"));
    assert!(app.get("/search?q=%D0%BD%D1%96%D1%87%D0%BE%D0%B3%D0%BE&oblast=46").await.has("oblast=46"));
    // Latin keys by mistake.
    assert!(app.get("/search?q=xthuf").await.has("Можливо, ви шукали: черга"));
    let atom = app.get("/feed.atom").await;
    assert_eq!(atom.header("content-type"), "application/atom+xml; charset=utf-8");
    assert!(atom.has("Вода]]&gt; &amp; &lt;b&gt;&quot;громада&quot;&lt;/b&gt; </title>") && !atom.has("<script") && !atom.has("\u{b}"));
    assert_eq!(atom.body.matches("<entry").count(), 2);
    assert!(!atom.has(DRAFT));
    let same = app.visitor().send(Request::get("/feed.atom").header(header::IF_NONE_MATCH, atom.header("etag"))).await;
    assert_eq!((same.status, same.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let json = app.get("/feed.json?module=shelf&q=%D0%B2%D0%BE%D0%B4%D0%B0").await.json();
    assert_eq!((json["items"].as_array().unwrap().len(), json["items"][0]["url"].as_str()), (1, Some("http://lviv.test/shelf/3")));
    assert_eq!(json["title"], json!("Львівська громада: вода"));
    for odd in ["/search?cursor=%FF&sort=x&territory='&from=завтра&concept=99.99&f-x=y", "/feed.atom?q=%22%27%3C", "/feed.json?cursor=AAAA"]
    {
        assert_eq!(app.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn the_search_page_costs_the_same_few_statements_however_much_it_shows() {
    let app = world(Moderation::Show).await;
    let mut uow = app.begin().await;
    for n in 10..60 {
        let entry = Entry {
            object: format!("00000000-0000-7000-8000-{n:012}"),
            module: "shelf",
            ap_id: format!("http://lviv.test/ap/practice/{n}"),
            path: format!("/shelf/{n}"),
            lang: "uk".into(),
            title: "Ще одна черга".into(),
            territory: Some("UA46060250000025047".into()),
            origin: "lviv.test".into(),
            published_at: app.ctx.now(),
            ..Entry::default()
        };
        index::put(&mut uow, &entry).await.unwrap();
    }
    uow.commit().await.unwrap();
    app.get("/search").await;
    let (page, statements) = counted(app.get("/search?q=%D1%87%D0%B5%D1%80%D0%B3%D0%B0&oblast=46")).await;
    assert!(page.has("Знайдено 50 записів") && page.has("cursor="), "{}", page.body);
    // Two for the list, two for the counts, one for the edition of the classifier.
    assert!(statements.len() <= 7, "{statements:#?}");
    let (_, statements) = counted(app.get("/search?q=%D1%87%D0%B5%D1%80%D0%B3%D0%B0&oblast=46")).await;
    assert!(statements.len() <= 5, "the counts come from memory: {statements:#?}");
}
