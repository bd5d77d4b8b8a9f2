//! The three nodes of the demo: who lives where.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ratusha_platform::{AppError, Lang};
use ratusha_tenants::{
    Principal, Tenant, TenantKind, Tenants, account,
    tenant::service::{self, NewTenant, Profile},
};
use serde_json::json;

use super::Options;
use crate::{
    Node, Settings,
    settings::{FederationSection, HubSection, NodeSection, Scheme},
};

/// The one password of the demo; it is printed for everybody anyway.
pub const PASSWORD: &str = "Ратуша-на-площі-2026";

/// A community of the demo.
struct Place {
    name: &'static str,
    katottg: Option<&'static str>,
    accent: &'static str,
    about_uk: &'static str,
    about_en: &'static str,
}

/// A person of the demo; all are invented.
pub struct Person {
    /// E-mail to sign in with.
    pub email: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// Role in every community of the node.
    pub role: &'static str,
}

const HUB: &[Place] = &[Place {
    name: "hub",
    katottg: None,
    accent: "dnipro",
    about_uk: "Національний депозитарій кращих практик електронного урядування. Демонстрація: громади справжні, практики й люди вигадані.",
    about_en: "The national depository of best practices of e-governance. A demonstration: the communities are real, the practices and people are invented.",
}];
const REGION: &[Place] = &[
    Place {
        name: "poltava",
        katottg: Some("UA53080370000025447"),
        accent: "polissia",
        about_uk: "Демонстраційний кабінет громади. Практики й люди вигадані.",
        about_en: "A demonstration cabinet. The practices and people are invented.",
    },
    Place {
        name: "myrhorod",
        katottg: Some("UA53060230000098362"),
        accent: "kalyna",
        about_uk: "Демонстраційний кабінет громади. Практики й люди вигадані.",
        about_en: "A demonstration cabinet. The practices and people are invented.",
    },
];
const CITY: &[Place] = &[Place {
    name: "lviv",
    katottg: Some("UA46060250000025047"),
    accent: "buzok",
    about_uk: "Демонстраційний кабінет громади. Практики й люди вигадані.",
    about_en: "A demonstration cabinet. The practices and people are invented.",
}];

const HUB_PEOPLE: &[Person] = &[
    Person { email: "admin@hub.example", name: "Марта Ткач", role: "admin" },
    Person { email: "olena@hub.example", name: "Олена Коваль", role: "curator" },
    Person { email: "citizen@hub.example", name: "Остап Гай", role: "citizen" },
];
const REGION_PEOPLE: &[Person] = &[
    Person { email: "admin@region.example", name: "Степан Лісовий", role: "admin" },
    Person { email: "editor@region.example", name: "Ганна Бойко", role: "editor" },
    Person { email: "citizen@region.example", name: "Петро Мороз", role: "citizen" },
];
const CITY_PEOPLE: &[Person] = &[
    Person { email: "admin@lviv.example", name: "Софія Левицька", role: "admin" },
    Person { email: "taras@lviv.example", name: "Тарас Гнатюк", role: "editor" },
    Person { email: "iryna@lviv.example", name: "Ірина Савчук", role: "citizen" },
];

/// The demo's nodes: the hub first, then the region, then the city.
pub struct Country {
    /// Nodes in the order of their ports.
    pub nodes: Vec<Node>,
}

const NAMES: [&str; 3] = ["hub", "region", "city"];
const PLACES: [&[Place]; 3] = [HUB, REGION, CITY];
const PEOPLE: [&[Person]; 3] = [HUB_PEOPLE, REGION_PEOPLE, CITY_PEOPLE];

impl Country {
    /// Opens the three databases and makes sure that communities and people are there.
    pub async fn build(options: &Options) -> Result<Self> {
        let mut nodes = Vec::new();
        for (index, name) in NAMES.into_iter().enumerate() {
            eprintln!("{name}: opening");
            let node = crate::build(&settings(options, index, name)).await?;
            if let Some(damage) = node.ctx.db().damage().await.context("cannot read the database")? {
                bail!("the database of the node {name} is damaged ({damage}); begin anew with --reset");
            }
            populate(
                &node,
                options.port + u16::try_from(index)?,
                PLACES.get(index).copied().unwrap_or(&[]),
                PEOPLE.get(index).copied().unwrap_or(&[]),
            )
            .await
            .with_context(|| format!("cannot set up the node {name}"))?;
            nodes.push(node);
        }
        Ok(Self { nodes })
    }

    /// The hub.
    pub fn hub(&self) -> Result<&Node> {
        self.nodes.first().context("the demo has no hub")
    }

    /// Every community of the two nodes, with its node.
    pub fn communities(&self) -> Result<Vec<(&Node, Arc<Tenant>)>> {
        let mut all = Vec::new();
        for node in self.nodes.iter().skip(1) {
            all.extend(node.ctx.service::<Tenants>()?.all().into_iter().map(|tenant| (node, tenant)));
        }
        Ok(all)
    }

    /// What `demo.json` says.
    pub fn facts(&self) -> String {
        let nodes: Vec<_> = self
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let tenants: Vec<_> = tenants(node)
                    .iter()
                    .map(|tenant| json!({ "url": tenant.base_url, "name": tenant.name_uk, "katottg": tenant.katottg, "handle": tenant.address() }))
                    .collect();
                let people = PEOPLE.get(index).copied().unwrap_or(&[]);
                let accounts: Vec<_> = people.iter().map(|person| json!({ "email": person.email, "password": PASSWORD, "role": person.role })).collect();
                json!({
                    "url": tenants.first().map_or(json!(null), |tenant| tenant["url"].clone()),
                    "role": if index == 0 { "hub" } else { "node" },
                    "tenants": tenants,
                    "accounts": accounts,
                })
            })
            .collect();
        format!("{:#}\n", json!({ "nodes": nodes }))
    }

    /// Addresses and logins for people.
    pub fn table(&self) -> String {
        let mut lines = vec![String::new()];
        for (index, node) in self.nodes.iter().enumerate() {
            for tenant in tenants(node) {
                lines.push(format!("{:<34} {}  {}", tenant.base_url, tenant.name_uk, tenant.address()));
            }
            for person in PEOPLE.get(index).copied().unwrap_or(&[]) {
                lines.push(format!("    {:<10} {:<26} {PASSWORD}", person.role, person.email));
            }
        }
        lines.join("\n")
    }
}

fn tenants(node: &Node) -> Vec<Arc<Tenant>> {
    node.ctx.service::<Tenants>().map(|tenants| tenants.all()).unwrap_or_default()
}

fn settings(options: &Options, index: usize, name: &str) -> Settings {
    let hub = (index > 0).then(|| HubSection { url: format!("http://hub.localhost:{}", options.port), authority_key: None });
    let ports = options.port..=options.port + 2;
    Settings {
        node: NodeSection { scheme: Scheme::Http, data: options.dir.join(name), ..NodeSection::default() },
        hub,
        federation: FederationSection { allow_loopback: ports.map(|port| format!("*.localhost:{port}")).collect(), extra_ca: Vec::new() },
        ..Settings::default()
    }
}

/// Communities and people of a node, as far as they are missing.
async fn populate(node: &Node, port: u16, places: &[Place], people: &[Person]) -> Result<()> {
    let directory = node.ctx.service::<Tenants>()?;
    if !directory.is_empty() {
        return Ok(());
    }
    let who = Principal::system(&ratusha_platform::TenantId::trusted("00000000-0000-7000-8000-000000000000"), "demo");
    for place in places {
        let new = NewTenant {
            kind: if place.katottg.is_some() { TenantKind::Community } else { TenantKind::Hub },
            katottg: place.katottg.map(ToOwned::to_owned),
            host: format!("{}.localhost:{port}", place.name),
            handle: place.name.to_owned(),
            name_uk: if place.katottg.is_some() { String::new() } else { "Депозитарій кращих практик".to_owned() },
            name_en: if place.katottg.is_some() { String::new() } else { "Depository of best practices".to_owned() },
        };
        let tenant = service::add(&node.ctx, &who, &new).await.map_err(|error| in_words(node, &error))?;
        eprintln!("    {} — {}", tenant.base_url, tenant.name(Lang::Uk));
        let profile = Profile {
            accent: place.accent.to_owned(),
            about_uk: place.about_uk.to_owned(),
            about_en: place.about_en.to_owned(),
            contact: format!("office@{}.example", place.name),
            ..Profile::of(&tenant)
        };
        let mut uow = node.ctx.begin(&tenant.id, who.by()).await?;
        service::set_profile(&mut uow, &who, &profile).await?;
        uow.commit().await?;
    }
    for person in people {
        for tenant in directory.all() {
            account::service::create(&node.ctx, &who, &tenant, person.email, person.name, PASSWORD, &[person.role])
                .await
                .map_err(|error| in_words(node, &error))?;
        }
    }
    Ok(())
}

fn in_words(node: &Node, error: &AppError) -> anyhow::Error {
    let fields: Vec<String> =
        error.fields.iter().map(|field| format!("{}: {}", field.field, node.ctx.catalog().t(Lang::Uk, field.key))).collect();
    anyhow::anyhow!("{} {}", error.chain(), fields.join("; "))
}
