//! What guessers, strangers and hasty administrators try against people and communities.

use ratusha_platform::Kind;
use serde_json::json;

use crate::{
    account::{
        service::{self, Visit},
        session,
    },
    audit::{self, Audit},
    roles, routes,
    testkit::{IRYNA, LVIV, NADIIA, PASSWORD, POLTAVA, SOLOMIIA, TARAS, World},
};

fn visit(ip: &str) -> Visit {
    Visit { ip: ip.parse().ok(), agent: "Firefox".into(), token: None }
}

#[tokio::test]
async fn r20_registering_says_the_same_about_a_known_address_and_an_unknown_one() {
    let world = World::new(&[]).await;
    let mut answers = Vec::new();
    // Unknown, known here, known in another community, and known with the right password.
    for (email, password) in [
        ("ostap@example.com", "зелений дуб над ставом"),
        (TARAS.email, "зелений дуб над ставом"),
        ("petro@poltava.example", "зелений дуб над ставом"),
        (IRYNA.email, PASSWORD),
    ] {
        let mut browser = world.visitor(LVIV, routes());
        let answer = browser.post("/register", &[("name", "Остап"), ("email", email), ("password", password)]).await;
        let cookies: Vec<String> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
        answers.push((answer.status, answer.location().to_owned(), cookies, answer.text));
    }
    let mut weak = Vec::new();
    for email in ["ostap2@example.com", TARAS.email] {
        let answer = world.visitor(LVIV, routes()).post("/register", &[("name", "Остап"), ("email", email), ("password", "коротко")]).await;
        weak.push((answer.status, answer.text.replace(email, "")));
    }
    assert_eq!(weak[0], weak[1]);
    for other in &answers[1..] {
        assert_eq!(other, &answers[0]);
    }
}

#[tokio::test]
async fn r22_guesses_sent_all_at_once_count_like_those_sent_one_by_one() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let guesses: Vec<_> = (0..12)
        .map(|_| {
            let (ctx, lviv) = (world.ctx.clone(), lviv.clone());
            tokio::spawn(async move {
                service::sign_in(&ctx, &lviv, TARAS.email, "вгадую вгадую", &visit("203.0.113.5")).await.unwrap_err().kind
            })
        })
        .collect();
    let mut checked = 0;
    for guess in guesses {
        checked += usize::from(guess.await.unwrap() == Kind::Invalid);
    }
    assert_eq!(checked, 5);
}

#[tokio::test]
async fn the_right_of_the_last_administrator_is_never_given_an_end() {
    let world = World::new(&[]).await;
    let (lviv, admin) = (world.lviv(), world.who(SOLOMIIA).await);
    let mut uow = world.ctx.begin(&lviv.id, admin.by()).await.unwrap();
    let until = Some(world.ctx.now().plus_days(1));
    let error = service::grant(&mut uow, &admin, &world.account(SOLOMIIA), roles::ADMIN, until).await.unwrap_err();
    assert_eq!(error.code, "account.last_admin");
    drop(uow);
    let mut uow = world.ctx.begin(&lviv.id, admin.by()).await.unwrap();
    service::grant(&mut uow, &admin, &world.account(TARAS), roles::ADMIN, until).await.unwrap();
    // Somebody whose right ends is nobody to leave the community to.
    let error = service::revoke(&mut uow, &admin, &world.account(SOLOMIIA), roles::ADMIN).await.unwrap_err();
    assert_eq!(error.code, "account.last_admin");
}

#[tokio::test]
async fn two_administrators_who_remove_each_other_at_once_leave_one() {
    let world = World::new(&[]).await;
    let (lviv, solomiia, taras) = (world.lviv(), world.account(SOLOMIIA), world.account(TARAS));
    let admin = world.who(SOLOMIIA).await;
    let mut uow = world.ctx.begin(&lviv.id, admin.by()).await.unwrap();
    service::grant(&mut uow, &admin, &taras, roles::ADMIN, None).await.unwrap();
    uow.commit().await.unwrap();
    let remove = |whom: crate::AccountId| {
        let (ctx, tenant, who) = (world.ctx.clone(), lviv.id.clone(), admin.clone());
        async move {
            let mut uow = ctx.begin(&tenant, who.by()).await.unwrap();
            tokio::task::yield_now().await;
            service::revoke(&mut uow, &who, &whom, roles::ADMIN).await?;
            uow.commit().await
        }
    };
    let (a, b) = tokio::join!(remove(solomiia), remove(taras));
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
}

#[tokio::test]
async fn r19_whoever_becomes_administrator_of_the_node_signs_in_anew_everywhere() {
    let world = World::new(&[]).await;
    let (lviv, nadiia) = (world.lviv(), world.who(NADIIA).await);
    let begun = service::sign_in(&world.ctx, &lviv, IRYNA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let mut uow = world.ctx.begin(&world.hub().id, nadiia.by()).await.unwrap();
    service::add_node_admin(&mut uow, &nadiia, &world.account(IRYNA)).await.unwrap();
    uow.commit().await.unwrap();
    assert!(session::find(&world.ctx, &lviv, &begun.token).await.unwrap().is_none());
    let begun = service::sign_in(&world.ctx, &lviv, IRYNA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    assert_eq!(begun.max_age, 12 * 3600);
}

#[tokio::test]
async fn r27_a_chain_that_grows_while_it_is_checked_does_not_look_forged() {
    let world = World::new(&[]).await;
    let tenant = world.lviv().id.clone();
    let (ctx, id) = (world.ctx.clone(), tenant.clone());
    let writer = tokio::spawn(async move {
        for n in 0..60 {
            let mut uow = ctx.begin(&id, "test").await.unwrap();
            uow.audit("test.done", "object", json!({"n": n})).await.unwrap();
            uow.commit().await.unwrap();
        }
    });
    while !writer.is_finished() {
        let mut conn = world.ctx.db().read().await.unwrap();
        assert_eq!(audit::verify_chain(&mut conn, &tenant).await.unwrap().broken_at, None);
        drop(conn);
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn an_address_with_a_null_character_leads_nowhere_on_every_engine() {
    let world = World::new(&[]).await;
    let mut visitor = world.visitor(POLTAVA, routes());
    for path in [
        "/ap/desk/%00",
        "/ap/person/%00",
        "/.well-known/webfinger?resource=acct:a%00@poltava.example",
        "/ap/actor/following?page=1&after=%00",
        "/nodeinfo/%00",
    ] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_request_that_names_two_hosts_is_nobodys() {
    let world = World::new(&[]).await;
    let request =
        http::Request::get("/about").header("host", LVIV.host).header("host", POLTAVA.host).body(axum::body::Body::empty()).unwrap();
    assert_eq!(world.visitor(LVIV, routes()).send(request).await.status, 421);
}
