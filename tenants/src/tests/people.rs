//! Accounts: registering, signing in, roles, sessions.

use ratusha_platform::{Kind, TenantId, ids};

use crate::{
    Principal,
    account::{
        service::{self, NewAccount, Visit},
        session, store,
    },
    audit, roles,
    testkit::{HUB, IRYNA, LVIV, NADIIA, OLENA, PASSWORD, PETRO, POLTAVA, SOLOMIIA, TARAS, World},
};

fn visit(ip: &str) -> Visit {
    Visit { ip: ip.parse().ok(), agent: "Firefox".into(), token: None }
}

fn field(error: &ratusha_platform::AppError) -> (&str, &str) {
    error.fields.first().map_or(("", ""), |field| (field.field.as_str(), field.key))
}

#[tokio::test]
async fn a_citizen_registers_and_signs_in() {
    let world = World::new(&[]).await;
    let (lviv, poltava) = (world.lviv(), world.poltava());
    let new = NewAccount { email: " Ostap@Example.com ".into(), name: "Остап".into(), password: PASSWORD.into() };
    service::register(&world.ctx, &lviv, &new, &visit("192.0.2.1")).await.unwrap();
    let begun = service::sign_in(&world.ctx, &lviv, "ostap@example.com", PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let found = session::find(&world.ctx, &lviv, &begun.token).await.unwrap().unwrap();
    assert_eq!((found.who.name.as_str(), found.who.has(roles::CITIZEN), found.who.has(roles::EDITOR)), ("Остап", true, false));
    assert!(session::find(&world.ctx, &poltava, &begun.token).await.unwrap().is_none());
    // Whoever knows the address alone changes nothing and joins nowhere.
    let stranger = NewAccount { password: "інший довгий секрет".into(), ..new.clone() };
    service::register(&world.ctx, &poltava, &stranger, &visit("192.0.2.1")).await.unwrap();
    for password in [PASSWORD, "інший довгий секрет"] {
        assert!(service::sign_in(&world.ctx, &poltava, "ostap@example.com", password, &visit("198.51.100.1")).await.is_err());
    }
    // The same person joins another community of the node with the same password.
    service::register(&world.ctx, &poltava, &new, &visit("192.0.2.1")).await.unwrap();
    let begun = service::sign_in(&world.ctx, &poltava, "ostap@example.com", PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let other = session::find(&world.ctx, &poltava, &begun.token).await.unwrap().unwrap();
    assert_eq!(other.who.account, found.who.account);
}

#[tokio::test]
async fn a_refused_registration_says_what_is_wrong_beside_each_field() {
    let world = World::new(&[]).await;
    let new = NewAccount { email: "ніяка".into(), name: "О".into(), password: "коротко".into() };
    let error = service::register(&world.ctx, &world.lviv(), &new, &visit("192.0.2.1")).await.unwrap_err();
    let keys: Vec<_> = error.fields.iter().map(|field| field.key).collect();
    assert_eq!(keys, ["account-email-invalid", "account-name-required", "account-password-short"]);
}

#[tokio::test]
async fn signing_in_works_at_home_and_nowhere_else() {
    let world = World::new(&[]).await;
    let begun = service::sign_in(&world.ctx, &world.lviv(), "TARAS@lviv.example", PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let found = session::find(&world.ctx, &world.lviv(), &begun.token).await.unwrap().unwrap();
    assert!(found.who.has(roles::EDITOR));
    for (email, password) in [(TARAS.email, "не той пароль"), ("nobody@lviv.example", PASSWORD), (PETRO.email, PASSWORD), ("", PASSWORD)]
    {
        let error = service::sign_in(&world.ctx, &world.lviv(), email, password, &visit("192.0.2.9")).await.unwrap_err();
        assert_eq!(field(&error), ("email", "account-sign-in-failed"), "{email}");
    }
}

#[tokio::test]
async fn node_administrators_sign_in_on_every_host() {
    let world = World::new(&[]).await;
    let begun = service::sign_in(&world.ctx, &world.poltava(), NADIIA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let found = session::find(&world.ctx, &world.poltava(), &begun.token).await.unwrap().unwrap();
    assert!(found.who.has(roles::NODE_ADMIN) && !found.who.has(roles::ADMIN));
}

#[tokio::test]
async fn guessing_from_one_network_never_locks_the_owner_out() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    for _ in 0..5 {
        let error = service::sign_in(&world.ctx, &lviv, TARAS.email, "вгадую вгадую", &visit("203.0.113.5")).await.unwrap_err();
        assert_eq!(error.kind, Kind::Invalid);
    }
    let error = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("203.0.113.77")).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::TooMany, "account.too_many_tries"));
    assert!(service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("192.0.2.1")).await.is_ok());
    assert!(service::sign_in(&world.ctx, &lviv, SOLOMIIA.email, PASSWORD, &visit("203.0.113.5")).await.is_ok());
    world.ctx.clock().advance(60_000);
    assert!(service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("203.0.113.5")).await.is_ok());
}

#[tokio::test]
async fn r19_a_session_known_before_signing_in_is_worth_nothing_after_it() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let first = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let again = Visit { token: Some(first.token.clone()), ..visit("192.0.2.1") };
    let second = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &again).await.unwrap();
    assert_ne!(first.token, second.token);
    assert!(session::find(&world.ctx, &lviv, &first.token).await.unwrap().is_none());
    assert!(session::find(&world.ctx, &lviv, &second.token).await.unwrap().is_some());
    assert!(session::find(&world.ctx, &lviv, &"0".repeat(64)).await.unwrap().is_none());
}

#[tokio::test]
async fn r19_sessions_end_by_idleness_and_in_any_case() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let minutes = |n: i64| world.ctx.clock().advance(n * 60_000);
    let admin = service::sign_in(&world.ctx, &lviv, SOLOMIIA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    assert_eq!(admin.max_age, 12 * 3600);
    for _ in 0..20 {
        minutes(29);
        assert!(session::find(&world.ctx, &lviv, &admin.token).await.unwrap().is_some());
    }
    minutes(31);
    assert!(session::find(&world.ctx, &lviv, &admin.token).await.unwrap().is_none());
    let admin = service::sign_in(&world.ctx, &lviv, SOLOMIIA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    for _ in 0..25 {
        minutes(29);
        let _ = session::find(&world.ctx, &lviv, &admin.token).await.unwrap();
    }
    assert!(session::find(&world.ctx, &lviv, &admin.token).await.unwrap().is_none());
}

#[tokio::test]
async fn the_token_is_not_in_the_database() {
    let world = World::new(&[]).await;
    let begun = service::sign_in(&world.ctx, &world.lviv(), TARAS.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let mut conn = world.ctx.db().read().await.unwrap();
    let rows = service::sessions(&mut conn, &world.who(TARAS).await, world.ctx.now()).await.unwrap();
    assert_eq!((rows.len(), rows[0].agent.as_str()), (1, "Firefox"));
    assert!(rows[0].token_hash != begun.token && rows[0].csrf != begun.token);
}

#[tokio::test]
async fn r29_addresses_are_sealed_and_found_by_their_keyed_hash() {
    let world = World::new(&[]).await;
    let id = world.account(IRYNA);
    let mut conn = world.ctx.db().read().await.unwrap();
    let sealed = store::list_emails(&mut conn, std::slice::from_ref(&id)).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed[0].1).contains("iryna"));
    assert_eq!(service::emails(&world.ctx, &mut conn, std::slice::from_ref(&id)).await.unwrap(), [(id, IRYNA.email.to_owned())]);
}

#[tokio::test]
async fn an_administrator_gives_and_takes_roles_and_sessions_begin_anew() {
    let world = World::new(&[]).await;
    let (lviv, who) = (world.lviv(), world.who(SOLOMIIA).await);
    let begun = service::sign_in(&world.ctx, &lviv, IRYNA.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::grant_by_email(&mut uow, &who, IRYNA.email, roles::EDITOR, Some(world.ctx.now().plus_days(1))).await.unwrap();
    uow.commit().await.unwrap();
    assert!(session::find(&world.ctx, &lviv, &begun.token).await.unwrap().is_none());
    assert!(world.who(IRYNA).await.has(roles::EDITOR));
    world.ctx.clock().advance(25 * 3_600_000);
    assert!(!world.who(IRYNA).await.has(roles::EDITOR));
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::revoke(&mut uow, &who, &world.account(TARAS), roles::EDITOR).await.unwrap();
    uow.commit().await.unwrap();
    assert!(world.who(TARAS).await.grants.is_empty());
    let mut conn = world.ctx.db().read().await.unwrap();
    let rows = audit::newest(&mut conn, &lviv.id, None, 3).await.unwrap();
    assert_eq!((rows[0].action.as_str(), rows[0].done_by.as_str()), ("account.revoked", who.by()));
}

#[tokio::test]
async fn what_may_not_be_granted_is_refused() {
    let world = World::new(&[]).await;
    let (lviv, admin, editor) = (world.lviv(), world.who(SOLOMIIA).await, world.who(TARAS).await);
    let iryna = world.account(IRYNA);
    let mut uow = world.ctx.begin(&lviv.id, admin.by()).await.unwrap();
    assert_eq!(service::grant(&mut uow, &editor, &iryna, roles::EDITOR, None).await.unwrap_err().kind, Kind::Forbidden);
    for role in [roles::CURATOR, roles::NODE_ADMIN, "mayor"] {
        let error = service::grant(&mut uow, &admin, &iryna, role, None).await.unwrap_err();
        assert_eq!(field(&error), ("role", "account-role-unknown"), "{role}");
    }
    let error = service::grant(&mut uow, &admin, &iryna, roles::EDITOR, Some(world.ctx.now())).await.unwrap_err();
    assert_eq!(field(&error), ("until", "account-until-past"));
    assert_eq!(service::add_node_admin(&mut uow, &admin, &iryna).await.unwrap_err().kind, Kind::Forbidden);
    let error = service::revoke(&mut uow, &admin, &world.account(SOLOMIIA), roles::ADMIN).await.unwrap_err();
    assert_eq!(error.code, "account.last_admin");
    drop(uow);
    assert!(world.who(SOLOMIIA).await.has(roles::ADMIN));
    let nadiia = world.who(NADIIA).await;
    let mut uow = world.ctx.begin(&world.hub().id, nadiia.by()).await.unwrap();
    assert_eq!(service::remove_node_admin(&mut uow, &nadiia, &world.account(NADIIA)).await.unwrap_err().code, "account.last_node_admin");
}

#[tokio::test]
async fn r16_people_of_one_community_are_not_seen_in_another() {
    let world = World::new(&[]).await;
    let admin = world.who(SOLOMIIA).await;
    let mut conn = world.ctx.db().read().await.unwrap();
    let people = service::people(&mut conn, &admin, None, world.ctx.now()).await.unwrap();
    let mut names: Vec<&str> = people.items.iter().map(|member| member.account.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [IRYNA.name, SOLOMIIA.name, TARAS.name]);
    assert!(world.who_at(TARAS, POLTAVA).await.grants.is_empty());
    let stranger = Principal::sample("editor");
    assert_eq!(service::people(&mut conn, &stranger, None, world.ctx.now()).await.unwrap_err().kind, Kind::Forbidden);
}

#[tokio::test]
async fn lists_of_people_have_pages_that_never_skip() {
    let world = World::new(&[]).await;
    let poltava = world.poltava();
    let who = Principal::system(&poltava.id, "test");
    for n in 0..60 {
        let prepared = service::prepared(&world.ctx, &format!("p{n}@example.com"), "Хтось", "x".into());
        let mut uow = world.ctx.begin(&poltava.id, who.by()).await.unwrap();
        service::create_within(&mut uow, &who, None, Some(prepared), &[roles::CITIZEN, roles::EDITOR]).await.unwrap();
        uow.commit().await.unwrap();
    }
    let mut conn = world.ctx.db().read().await.unwrap();
    let first = service::people(&mut conn, &who, None, world.ctx.now()).await.unwrap();
    assert_eq!(first.items.len(), 50);
    assert!(first.items.iter().filter(|member| member.grants.len() != 2).count() <= 1);
    let second = service::people(&mut conn, &who, first.next.as_ref(), world.ctx.now()).await.unwrap();
    assert_eq!((second.items.len(), second.next), (11, None));
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let here = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let there = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("192.0.2.2")).await.unwrap();
    let who = world.who(TARAS).await;
    let error = service::change_password(&world.ctx, &who, "не той", "коротко", &here.token).await.unwrap_err();
    let keys: Vec<_> = error.fields.iter().map(|field| field.key).collect();
    assert_eq!(keys, ["account-password-wrong", "account-password-short"]);
    service::change_password(&world.ctx, &who, PASSWORD, "зовсім новий пароль", &here.token).await.unwrap();
    assert!(session::find(&world.ctx, &lviv, &here.token).await.unwrap().is_some());
    assert!(session::find(&world.ctx, &lviv, &there.token).await.unwrap().is_none());
    assert!(service::sign_in(&world.ctx, &lviv, TARAS.email, "зовсім новий пароль", &visit("192.0.2.3")).await.is_ok());
}

#[tokio::test]
async fn one_ends_only_ones_own_sessions() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let taras = service::sign_in(&world.ctx, &lviv, TARAS.email, PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let iryna = world.who(IRYNA).await;
    let mut uow = world.ctx.begin(&lviv.id, iryna.by()).await.unwrap();
    assert_eq!(service::end_session(&mut uow, &iryna, &session::token_hash(&taras.token)).await.unwrap_err().kind, Kind::NotFound);
    drop(uow);
    let who = world.who(TARAS).await;
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::end_session(&mut uow, &who, &session::token_hash(&taras.token)).await.unwrap();
    uow.commit().await.unwrap();
    assert!(session::find(&world.ctx, &lviv, &taras.token).await.unwrap().is_none());
}

#[tokio::test]
async fn commands_add_people_and_a_known_address_gets_the_roles() {
    let world = World::new(&[]).await;
    let who = Principal::system(&TenantId::trusted(ids::Rng::seeded(9).uuid(world.ctx.now())), "command-line");
    let made = service::create(&world.ctx, &who, &world.lviv(), "new@lviv.example", "Нова", PASSWORD, &[roles::EDITOR, roles::NODE_ADMIN])
        .await
        .unwrap();
    let again = service::create(&world.ctx, &who, &world.poltava(), "new@lviv.example", "", "", &[roles::ADMIN]).await.unwrap();
    assert_eq!(made, again);
    let begun = service::sign_in(&world.ctx, &world.poltava(), "new@lviv.example", PASSWORD, &visit("192.0.2.1")).await.unwrap();
    let found = session::find(&world.ctx, &world.poltava(), &begun.token).await.unwrap().unwrap();
    assert!(found.who.has(roles::ADMIN) && found.who.has(roles::NODE_ADMIN) && !found.who.has(roles::EDITOR));
}

#[tokio::test]
async fn a_curator_is_one_at_the_hub_alone() {
    let world = World::new(&[]).await;
    assert!(world.who(OLENA).await.has(roles::CURATOR));
    assert!(world.who_at(OLENA, LVIV).await.grants.is_empty());
    assert!(world.who_at(NADIIA, LVIV).await.has(roles::NODE_ADMIN));
    assert!(world.who_at(NADIIA, HUB).await.has(roles::ADMIN));
}
