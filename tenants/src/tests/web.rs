//! Pages, through the layers that stand before them in a node.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use http::Request;
use ratusha_platform::{Catalog, Kind, Lang};

use crate::{
    Principal, Tenants, account, roles, routes,
    tenant::service,
    testkit::{Browser, HUB, IRYNA, LVIV, NADIIA, OLENA, PASSWORD, POLTAVA, SOLOMIIA, Setup, TARAS, World, router},
    web::setup_routes,
};

#[tokio::test]
async fn an_unknown_host_gets_421_and_a_known_one_its_own_site() {
    let world = World::new(&[]).await;
    let router = router(&world.ctx, routes());
    let answer = Browser::new(router.clone(), "nobody.example").get("/about").await;
    assert_eq!(answer.status, 421);
    let answer = Browser::new(router.clone(), "POLTAVA.example:443").get("/about").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Полтавська громада") && !answer.text.contains("Львівська"));
}

#[tokio::test]
async fn a_suspended_community_answers_503_but_can_be_opened_again() {
    let world = World::new(&[]).await;
    let who = Principal::sample("node_admin");
    let mut uow = world.ctx.begin(&world.lviv().id, who.by()).await.unwrap();
    service::suspend(&mut uow, &who).await.unwrap();
    uow.commit().await.unwrap();
    let mut browser = world.browser_at(NADIIA, LVIV, routes()).await;
    assert_eq!(browser.get("/about").await.status, 503);
    assert_eq!(browser.get("/ap/actor").await.status, 503);
    assert_eq!(browser.get("/node").await.status, 200);
    let id = world.lviv().id.clone();
    let answer = browser.post("/node/tenants/resume", &[("tenant", id.as_str())]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/node"));
    assert_eq!(browser.get("/about").await.status, 200);
}

#[tokio::test]
async fn somebody_signs_in_is_greeted_and_signs_out() {
    let world = World::new(&[]).await;
    let mut browser = world.visitor(LVIV, routes());
    let page = browser.get("/sign-in?back=/practices").await;
    assert!(page.text.contains("name=\"back\" value=\"/practices\""));
    let answer = browser.post("/sign-in", &[("email", TARAS.email), ("password", PASSWORD), ("back", "/practices")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/practices"));
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("__Host-session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("Secure")
            && cookie.contains("SameSite=Lax")
            && cookie.contains("Path=/")
    );
    let account = browser.get("/account").await;
    assert!(account.text.contains(TARAS.name) && account.text.contains("Редактор"));
    assert_eq!(account.header("cache-control"), "no-store");
    let token = browser.cookie("__Host-session").unwrap().to_owned();
    let csrf = account.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let refused = browser.post("/sign-out", &[]).await;
    assert_eq!((refused.status.as_u16(), refused.error.unwrap().code), (403, "csrf"));
    let mut browser = world.visitor(LVIV, routes()).with_session("__Host-session", &token, &csrf);
    let out = browser.post("/sign-out", &[]).await;
    assert_eq!((out.status.as_u16(), browser.cookie("__Host-session")), (303, None));
    let home = browser.get("/about").await;
    assert!(home.text.contains("Ви вийшли."));
    assert!(!browser.get("/about").await.text.contains("Ви вийшли."));
    let gone = browser.get("/account").await;
    assert_eq!(gone.error.unwrap().kind, Kind::Unauthorized);
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_but_not_the_password() {
    let world = World::new(&[]).await;
    let mut browser = world.visitor(LVIV, routes());
    let answer = browser.post("/register", &[("name", "О"), ("email", "ostap@example.com"), ("password", "секретний-секрет")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("value=\"ostap@example.com\"") && answer.text.contains("Введіть ім’я"));
    assert!(!answer.text.contains("секретний-секрет"));
    let answer = browser.post("/sign-in", &[("email", TARAS.email), ("password", "не той"), ("back", "//evil.example")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Електронна адреса або пароль не підходять."));
    let answer = browser.post("/sign-in", &[("email", TARAS.email), ("password", PASSWORD), ("back", "//evil.example")]).await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn too_many_tries_are_told_in_words() {
    let world = World::new(&[]).await;
    let mut browser = world.visitor(LVIV, routes());
    for _ in 0..5 {
        assert_eq!(browser.post("/sign-in", &[("email", TARAS.email), ("password", "не той")]).await.status, 422);
    }
    let answer = browser.post("/sign-in", &[("email", TARAS.email), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.text.contains("через 1 хвилину"), "{}", answer.text);
}

#[tokio::test]
async fn a_closed_community_takes_no_registrations() {
    let world = World::new(&[]).await;
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    let fields = [("name_uk", "Львів"), ("moderation", "show"), ("accent", "azov"), ("contact", "rada@lviv.example")];
    let answer = admin.post("/admin/settings", &fields).await;
    assert_eq!((answer.status.as_u16(), world.lviv().registration), (303, false));
    let page = admin.get("/admin/settings").await;
    assert!(page.text.contains("Налаштування збережено.") && page.text.contains("value=\"rada@lviv.example\""));
    let mut visitor = world.visitor(LVIV, routes());
    assert!(!visitor.get("/sign-in").await.text.contains("/register"));
    let fields = [("name", "Остап"), ("email", "ostap@example.com"), ("password", PASSWORD)];
    assert_eq!(visitor.post("/register", &fields).await.status, 403);
}

#[tokio::test]
async fn r18_forms_of_another_site_are_refused_everywhere_and_tokens_are_asked_of_those_signed_in() {
    let world = World::new(&[]).await;
    let posts: Vec<&str> = routes().endpoints().iter().filter(|e| e.method == "POST").map(|e| e.path).collect();
    assert!(posts.len() >= 16, "{posts:?}");
    let mut visitor = world.visitor(LVIV, routes()).from_another_site();
    let mut admin = world.browser_at(NADIIA, LVIV, routes()).await.without_token();
    for path in posts {
        let answer = visitor.post(path, &[]).await;
        assert_eq!(answer.error.map(|e| e.code), Some("csrf"), "{path}");
        let answer = admin.post(path, &[]).await;
        assert_eq!(answer.error.map(|e| e.code), Some("csrf"), "{path}");
    }
}

#[tokio::test]
async fn r17_administration_is_for_administrators() {
    let world = World::new(&[]).await;
    let pages = ["/admin", "/admin/settings", "/admin/people", "/admin/federation", "/admin/audit", "/node", "/node/tenants/new"];
    let mut visitor = world.visitor(LVIV, routes());
    let mut editor = world.browser(TARAS, routes()).await;
    let mut citizen = world.browser(IRYNA, routes()).await;
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    let mut node = world.browser_at(NADIIA, LVIV, routes()).await;
    // Who may do anything in Lviv is nobody in Poltava.
    let mut elsewhere = world.browser_at(SOLOMIIA, POLTAVA, routes()).await;
    for page in pages {
        assert_eq!(visitor.get(page).await.error.map(|e| e.kind), Some(Kind::Unauthorized), "{page}");
        for browser in [&mut editor, &mut citizen, &mut elsewhere] {
            assert_eq!(browser.get(page).await.error.map(|e| e.kind), Some(Kind::Forbidden), "{page}");
        }
        let expected = if page.starts_with("/node") { 403 } else { 200 };
        assert_eq!(admin.get(page).await.status, expected, "{page}");
        assert_eq!(node.get(page).await.status, 200, "{page}");
    }
}

#[tokio::test]
async fn an_administrator_gives_a_role_and_takes_it_back() {
    let world = World::new(&[]).await;
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    let answer = admin.post("/admin/people/grant", &[("email", "nobody@example.com"), ("role", "editor"), ("until", "колись")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("value=\"nobody@example.com\""));
    let answer = admin.post("/admin/people/grant", &[("email", IRYNA.email), ("role", "editor"), ("until", "2027-01-31")]).await;
    assert_eq!(answer.status, 303);
    let page = admin.get("/admin/people").await;
    assert!(page.text.contains(IRYNA.email) && page.text.contains("Роль надано."));
    assert!(world.who(IRYNA).await.has(roles::EDITOR));
    let account = world.account(IRYNA);
    assert_eq!(admin.post("/admin/people/revoke", &[("account", account.as_str()), ("role", "editor")]).await.status, 303);
    assert!(!world.who(IRYNA).await.has(roles::EDITOR));
    let own = world.account(SOLOMIIA);
    let answer = admin.post("/admin/people/revoke", &[("account", own.as_str()), ("role", "admin")]).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("останній адміністратор"));
}

#[tokio::test]
async fn federation_shows_blocks_and_the_hub_admits() {
    let world = World::new(&[]).await;
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    let page = admin.get("/admin/federation").await;
    assert!(page.text.contains("spam.example") && page.text.contains("@lviv@lviv.example"));
    assert_eq!(admin.post("/admin/federation/block", &[("host", "troll.example")]).await.status, 303);
    assert!(admin.get("/admin/federation").await.text.contains("troll.example"));
    assert_eq!(admin.post("/admin/federation/unblock", &[("host", "troll.example")]).await.status, 303);
    assert_eq!(admin.post("/admin/federation/block", &[("host", "lviv.example")]).await.status, 422);
    world.connect(router(&world.ctx, routes()));
    let mut hub = world.browser(NADIIA, routes()).await;
    let answer = hub.post("/admin/federation/admit", &[("admit_host", "poltava.example")]).await;
    assert_eq!(answer.status, 303);
    let page = hub.get("/admin/federation").await;
    assert!(page.text.contains("Громаду допущено: Полтавська громада.") && page.text.contains("UA53080370000025447"));
    let answer = hub.post("/admin/federation/admit", &[("admit_host", "nobody.invalid")]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("Сервер не відповів"));
    let mut curator = world.browser(OLENA, routes()).await;
    assert_eq!(curator.post("/admin/federation/admit", &[("admit_host", "lviv.example")]).await.status, 403);
}

#[tokio::test]
async fn the_audit_is_shown_with_names_and_checked_on_demand() {
    let world = World::new(&[]).await;
    let mut admin = world.browser(SOLOMIIA, routes()).await;
    admin.post("/account/name", &[("name", "Соломія Г.")]).await;
    let page = admin.get("/admin/audit?check=1").await;
    assert!(page.text.contains("Змінено ім’я") && page.text.contains("Соломія Г.") && page.text.contains("Журнал цілий."));
    assert!(!page.text.contains(SOLOMIIA.email));
}

#[tokio::test]
async fn a_node_administrator_adds_a_community_by_its_name() {
    let world = World::new(&[]).await;
    let mut node = world.browser(NADIIA, routes()).await;
    let page = node.get("/node/tenants/new?q=Дрогобицька").await;
    let code = page.text.split("unit=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = node.get(&format!("/node/tenants/new?unit={code}")).await;
    assert!(page.text.contains("Дрогобицька територіальна громада"));
    let answer = node.post("/node/tenants", &[("unit", &code), ("host", "lviv.example"), ("handle", "ДРОГОБИЧ")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Ця адреса вже зайнята."));
    let answer = node.post("/node/tenants", &[("unit", &code), ("host", "drohobych.example"), ("handle", "drohobych")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/node"));
    assert_eq!(world.ctx.service::<Tenants>().unwrap().by_host("drohobych.example").unwrap().katottg.as_deref(), Some(code.as_str()));
    assert!(node.get("/node").await.text.contains("@drohobych@drohobych.example"));
}

#[tokio::test]
async fn every_public_page_speaks_both_languages() {
    let world = World::new(&[]).await;
    for (path, uk, en) in [
        ("/about", "Про цю ратушу", "Followers"),
        ("/about/accessibility", "Заява про доступність", "WCAG 2.2"),
        ("/about/authenticity", "Відкритий ключ громади", "Public key of the community"),
        ("/about/privacy", "Файли cookie", "Cookies are used only"),
        ("/about/source", "AGPL-3.0", "AGPL-3.0"),
        ("/sign-in", "Увійти", "Password"),
        ("/register", "Зареєструватися", "Register"),
    ] {
        let answer = world.visitor(LVIV, routes()).get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-language")), (200, "uk"), "{path}");
        assert!(answer.text.contains(uk), "{path}");
        let mut request = Request::builder().uri(path).header("host", "lviv.example").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ratusha_platform::http::site::Address { lang: Lang::En, path: path.to_owned() });
        let answer = world.visitor(LVIV, routes()).send(request).await;
        assert_eq!(answer.header("content-language"), "en", "{path}");
        assert!(answer.text.contains(en), "{path}");
    }
}

#[tokio::test]
async fn a_page_comes_in_the_colour_scheme_of_the_cookie() {
    let world = World::new(&[]).await;
    let mut browser = world.visitor(LVIV, routes()).with_session("theme", "dark", "");
    assert!(browser.get("/about").await.text.contains("data-theme=\"dark\""));
}

#[tokio::test]
async fn a_forged_message_is_not_shown() {
    let world = World::new(&[]).await;
    let mut browser = world.visitor(LVIV, routes()).with_session("flash", "a2V5PWVycm9yLWludGVybmFs.0000", "");
    assert!(!browser.get("/about").await.text.contains("class=\"notice"));
}

async fn set_up(ctx: &ratusha_platform::Ctx, method: &str, path: &str, host: &str, peer: [u8; 4], form: &str) -> crate::testkit::Answer {
    let router = axum::Router::new().merge(setup_routes(ctx).into_router()).fallback_service(router(ctx, routes())).with_state(ctx.clone());
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", host)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 5000))));
    Browser::new(router, host).send(request).await
}

#[tokio::test]
async fn the_first_community_is_made_from_this_machine_only() {
    let mut setup = Setup::new(&[]).http();
    setup.settings.hub = None;
    let (ctx, _db, _) = setup.empty().await;
    const HOME: &str = "localhost:8000";
    assert_eq!(set_up(&ctx, "GET", "/setup", HOME, [203, 0, 113, 5], "").await.status, 421);
    assert_eq!(set_up(&ctx, "GET", "/setup", "evil.example", [127, 0, 0, 1], "").await.status, 421);
    assert_eq!(set_up(&ctx, "GET", "/", HOME, [203, 0, 113, 5], "").await.status, 421);
    assert_eq!(set_up(&ctx, "GET", "/", HOME, [127, 0, 0, 1], "").await.location(), "/setup");
    let page = set_up(&ctx, "GET", "/setup?q=Lvivska", HOME, [127, 0, 0, 1], "").await;
    assert!(page.text.contains("UA46060250000025047"));
    let form = |password: &str| {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("unit", "UA46060250000025047"),
                ("host", "lviv.localhost:8000"),
                ("handle", "lviv"),
                ("name", "Тарас"),
                ("email", "taras@lviv.example"),
                ("password", password),
            ])
            .finish()
    };
    let refused = set_up(&ctx, "POST", "/setup", HOME, [127, 0, 0, 1], &form("1")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("value=\"lviv.localhost:8000\""));
    let done = set_up(&ctx, "POST", "/setup", HOME, [127, 0, 0, 1], &form(PASSWORD)).await;
    assert_eq!(done.status, 200);
    assert!(done.text.contains("@lviv@lviv.localhost:8000") && done.text.contains("http://lviv.localhost:8000/sign-in"));
    let tenant = ctx.service::<Tenants>().unwrap().by_host("lviv.localhost:8000").unwrap();
    let visit = account::service::Visit::default();
    let begun = account::service::sign_in(&ctx, &tenant, "taras@lviv.example", PASSWORD, &visit).await.unwrap();
    let found = account::session::find(&ctx, &tenant, &begun.token).await.unwrap().unwrap();
    assert!(found.who.has(roles::NODE_ADMIN) && found.who.has(roles::ADMIN));
    assert_eq!(set_up(&ctx, "GET", "/setup", HOME, [127, 0, 0, 1], "").await.status, 404);
    assert_eq!(set_up(&ctx, "POST", "/setup", HOME, [127, 0, 0, 1], &form(PASSWORD)).await.status, 404);
}

#[tokio::test]
async fn http_cookies_have_a_plain_name() {
    let world = Setup::new(&[]).http().build().await;
    let mut browser = world.visitor(HUB, routes());
    let answer = browser.post("/sign-in", &[("email", OLENA.email), ("password", PASSWORD)]).await;
    assert!(answer.header("set-cookie").starts_with("session=") && !answer.header("set-cookie").contains("Secure"));
    assert_eq!(browser.get("/account").await.status, 200);
}

#[test]
fn both_languages_have_the_same_sentences() {
    let locales = crate::locales();
    Catalog::new(&[ratusha_templates::locales(), locales]).unwrap();
    let keys = |text: &str| -> Vec<String> {
        let mut keys: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
            .collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(locales.uk), keys(locales.en));
}

#[test]
fn every_sentence_that_the_code_names_is_there() {
    let catalog = Catalog::new(&[ratusha_templates::locales(), crate::locales()]).unwrap();
    for role in roles::ROLES {
        assert!(catalog.has(Lang::Uk, role.key), "{}", role.key);
    }
    for desk in crate::actor::DESKS {
        assert!(catalog.has(Lang::En, desk.key) && catalog.has(Lang::En, desk.about_key));
    }
}
