//! Tenants: adding, finding by host, moving, suspending, profiles.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ratusha_platform::{AppResult, Kind, Uow};

use crate::{
    Principal, Tenant, TenantHook, TenantHooks, TenantKind, Tenants, audit,
    tenant::{
        Moderation,
        service::{self, NewTenant, Profile},
    },
    testkit::{HUB, LVIV, POLTAVA, Setup, World, add_town},
};

fn new(host: &str, handle: &str, katottg: Option<&str>) -> NewTenant {
    NewTenant {
        kind: TenantKind::Community,
        katottg: katottg.map(ToOwned::to_owned),
        host: host.into(),
        handle: handle.into(),
        name_uk: String::new(),
        name_en: String::new(),
    }
}

fn keys(error: &ratusha_platform::AppError) -> Vec<(&str, &str)> {
    error.fields.iter().map(|field| (field.field.as_str(), field.key)).collect()
}

#[tokio::test]
async fn a_tenant_is_a_unit_of_the_codifier_and_is_found_by_its_host_at_once() {
    let (ctx, _db, _) = Setup::new(&[]).empty().await;
    let tenants = ctx.service::<Tenants>().unwrap();
    assert!(tenants.is_empty());
    let who = Principal::sample("system");
    let tenant = service::add(&ctx, &who, &new("Lviv.Example", "lviv", Some("UA46060250000025047"))).await.unwrap();
    assert_eq!(tenant.name_uk, "Львівська територіальна громада");
    assert_eq!(tenant.name_en, "Lvivska territorial community");
    assert_eq!((tenant.actor_id().as_str(), tenant.address().as_str()), ("https://lviv.example/ap/actor", "@lviv@lviv.example"));
    assert_eq!(tenants.by_host("lviv.example").unwrap().id, tenant.id);
    assert!(tenants.by_host("poltava.example").is_none());
    let mut conn = ctx.db().read().await.unwrap();
    assert_eq!(service::list(&ctx, &mut conn, &who).await.unwrap().len(), 1);
    assert_eq!(audit::newest(&mut conn, &tenant.id, None, 10).await.unwrap()[0].action, "tenants.added");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_tenant_is_said_field_by_field() {
    let (ctx, _db, _) = Setup::new(&[]).empty().await;
    let who = Principal::sample("system");
    let error = service::add(&ctx, &who, &new("not a host", "Львів", None)).await.unwrap_err();
    assert_eq!(
        keys(&error),
        [("katottg", "tenants-unit-required"), ("host", "tenants-host-invalid"), ("handle", "tenants-handle-invalid")]
    );
    let error = service::add(&ctx, &who, &new("a.example", "practices", Some("UA99999999999999999"))).await.unwrap_err();
    assert_eq!(keys(&error), [("katottg", "tenants-unit-unknown"), ("handle", "tenants-handle-reserved")]);
    add_town(&ctx, LVIV).await;
    let error = service::add(&ctx, &who, &new("lviv.example", "lviv2", LVIV.katottg)).await.unwrap_err();
    assert_eq!(keys(&error), [("katottg", "tenants-unit-taken"), ("host", "tenants-host-taken")]);
    add_town(&ctx, HUB).await;
    let second = NewTenant { kind: TenantKind::Hub, name_uk: "Другий".into(), ..new("hub2.example", "hub2", None) };
    assert_eq!(keys(&service::add(&ctx, &who, &second).await.unwrap_err()), [("kind", "tenants-hub-exists")]);
    assert_eq!(ctx.service::<Tenants>().unwrap().all().len(), 2);
}

#[tokio::test]
async fn only_a_node_administrator_adds_moves_and_suspends() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    for role in ["anonymous", "citizen", "editor", "curator", "admin"] {
        let who = Principal::sample(role);
        let expected = if role == "anonymous" { Kind::Unauthorized } else { Kind::Forbidden };
        assert_eq!(service::add(&world.ctx, &who, &new("a.example", "a1", None)).await.unwrap_err().kind, expected, "{role}");
        let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
        assert_eq!(service::suspend(&mut uow, &who).await.unwrap_err().kind, expected);
        assert_eq!(service::move_domain(&mut uow, &who, "b.example").await.unwrap_err().kind, expected);
    }
    assert!(world.lviv().is_active());
}

#[tokio::test]
async fn a_moved_site_stays_served_under_its_old_name_and_keeps_its_ids() {
    let world = World::new(&[]).await;
    let (lviv, who) = (world.lviv(), Principal::sample("node_admin"));
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::move_domain(&mut uow, &who, "misto-lviv.example").await.unwrap();
    uow.commit().await.unwrap();
    let tenants = world.ctx.service::<Tenants>().unwrap();
    let moved = tenants.by_host("misto-lviv.example").unwrap();
    assert_eq!(tenants.by_host("lviv.example").unwrap().id, moved.id);
    assert_eq!((moved.host.as_str(), moved.url("/a").as_str()), ("misto-lviv.example", "https://misto-lviv.example/a"));
    assert_eq!((moved.actor_id().as_str(), moved.address().as_str()), ("https://lviv.example/ap/actor", "@lviv@lviv.example"));
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    let error = service::add_domain(&mut uow, &who, "poltava.example").await.unwrap_err();
    assert_eq!(keys(&error), [("host", "tenants-host-taken")]);
}

#[tokio::test]
async fn another_process_is_noticed_within_a_second() {
    let world = World::new(&[]).await;
    let other = Arc::new(Tenants::new(Arc::new(crate::NodeSettings::default())));
    other.refresh(&world.ctx).await.unwrap();
    let (lviv, who) = (world.lviv(), Principal::sample("node_admin"));
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::suspend(&mut uow, &who).await.unwrap();
    uow.commit().await.unwrap();
    assert!(!world.lviv().is_active());
    other.refresh_if_stale(&world.ctx).await.unwrap();
    assert!(other.by_id(&lviv.id).unwrap().is_active());
    world.ctx.clock().advance(1_000);
    other.refresh_if_stale(&world.ctx).await.unwrap();
    assert!(!other.by_id(&lviv.id).unwrap().is_active());
}

#[tokio::test]
async fn nothing_is_seen_of_a_tenant_that_was_not_committed() {
    let world = World::new(&[]).await;
    let (lviv, who) = (world.lviv(), Principal::sample("node_admin"));
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    service::suspend(&mut uow, &who).await.unwrap();
    drop(uow);
    assert!(world.lviv().is_active());
}

#[tokio::test]
async fn an_administrator_changes_the_profile_and_followers_are_told() {
    let world = World::new(&[]).await;
    let lviv = world.lviv();
    let who = world.who(crate::testkit::SOLOMIIA).await;
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    let profile =
        Profile {
            about_uk: "Місто  Лева\u{0}".into(), moderation: Moderation::Show, accent: "kalyna".into(), ..Profile::of(&lviv)
        };
    service::set_profile(&mut uow, &who, &profile).await.unwrap();
    uow.commit().await.unwrap();
    let after = world.lviv();
    assert_eq!((after.about_uk.as_str(), after.moderation, after.accent.as_str()), ("Місто  Лева", Moderation::Show, "kalyna"));
    let mut conn = world.ctx.db().read().await.unwrap();
    let log = ratusha_federation::log_page(&mut conn, &lviv.id, &lviv.actor_id(), None, 5).await.unwrap();
    let update: serde_json::Value = serde_json::from_slice(&log[0].bytes).unwrap();
    assert_eq!((update["type"].as_str(), update["object"]["summary"].as_str()), (Some("Update"), Some("<p>Місто  Лева</p>")));
    assert!(update["proof"]["proofValue"].is_string());
    drop(conn);
    let mut uow = world.ctx.begin(&world.poltava().id, who.by()).await.unwrap();
    assert_eq!(service::set_profile(&mut uow, &who, &Profile::of(&lviv)).await.unwrap_err().kind, Kind::NotFound);
    drop(uow);
    let mut uow = world.ctx.begin(&lviv.id, who.by()).await.unwrap();
    let error = service::set_profile(&mut uow, &who, &Profile { name_uk: " ".into(), about_en: "x".repeat(2001), ..Profile::of(&after) })
        .await
        .unwrap_err();
    assert_eq!(keys(&error), [("name_uk", "tenants-name-required"), ("about_en", "tenants-text-long")]);
}

struct Seed(Mutex<Vec<String>>);

#[async_trait]
impl TenantHook for Seed {
    async fn created(&self, uow: &mut Uow, tenant: &Tenant) -> AppResult<()> {
        assert_eq!(uow.tenant(), &tenant.id);
        self.0.lock().unwrap().push(tenant.handle.clone());
        Ok(())
    }
}

#[tokio::test]
async fn other_crates_seed_what_they_keep_per_tenant() {
    let seed = Arc::new(Seed(Mutex::default()));
    let hooks = Arc::new(TenantHooks(vec![seed.clone()]));
    let (ctx, _db, _) = Setup::new(&[]).service(hooks).empty().await;
    add_town(&ctx, POLTAVA).await;
    assert_eq!(*seed.0.lock().unwrap(), ["poltava"]);
}

#[tokio::test]
async fn r29_private_keys_are_stored_sealed() {
    let world = World::new(&[]).await;
    let mut conn = world.ctx.db().read().await.unwrap();
    let row = crate::actor::store::find_by_id(&mut conn, "https://lviv.example/ap/actor").await.unwrap().unwrap();
    let plain = ratusha_federation::testkit::key_pair(0).unwrap().to_bytes();
    assert!(row.keys.len() > plain.len());
    assert!(!row.keys.windows(16).any(|part| plain[33..49] == *part));
}
