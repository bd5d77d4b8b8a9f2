//! `ratusha tenant …`, `ratusha hub …`, `ratusha account …`: what an administrator does at the terminal.

use std::{io::BufRead, sync::Arc};

use anyhow::{Context, Result};
use clap::Subcommand;
use ratusha_platform::{AppError, Lang};
use ratusha_tenants::{Principal, Tenant, TenantKind, Tenants, account, hub, tenant::service};

use crate::Node;

/// What to do with communities.
#[derive(Subcommand)]
pub enum Command {
    /// Adds a community with its keys and actors.
    Add {
        /// Code of its unit in the codifier; `ratusha territory search` finds it.
        #[arg(long, required_unless_present = "hub")]
        katottg: Option<String>,
        /// Makes the national hub instead of a community.
        #[arg(long)]
        hub: bool,
        /// The host name under which it is served, with a port if the world needs one.
        #[arg(long)]
        domain: String,
        /// Its permanent name in the fediverse, such as lviv in @lviv@lviv.example; made from the domain by default.
        #[arg(long)]
        handle: Option<String>,
        /// Its name in Ukrainian; the unit's by default.
        #[arg(long, default_value = "")]
        name: String,
        /// Its name in English; the unit's by default.
        #[arg(long, default_value = "")]
        name_en: String,
    },
    /// Lists the communities of this node.
    List,
    /// Serves a community under a new first host; the old one stays served.
    Move {
        /// One of its present hosts.
        domain: String,
        /// The new one.
        to: String,
    },
    /// Closes a community for a while.
    Suspend {
        /// One of its hosts.
        domain: String,
    },
    /// Opens it again.
    Resume {
        /// One of its hosts.
        domain: String,
    },
}

/// What the hub decides about communities of other nodes.
#[derive(Subcommand)]
pub enum HubCommand {
    /// Admits the community served at a host: its practices go to the curators from now on.
    Admit {
        /// The host, such as lviv.example.
        host: String,
    },
    /// Lists the admitted communities.
    List,
}

/// What to do with people.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Makes an account; the password is read from the input.
    Add {
        /// The host of the community the person belongs to.
        #[arg(long)]
        domain: String,
        /// E-mail to sign in with.
        #[arg(long)]
        email: String,
        /// Name to show.
        #[arg(long)]
        name: String,
        /// citizen, editor, curator, admin or node_admin (repeatable).
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
}

fn command_line() -> Principal {
    Principal::system(&ratusha_platform::TenantId::trusted("00000000-0000-7000-8000-000000000000"), "command-line")
}

fn find(node: &Node, host: &str) -> Result<Arc<Tenant>> {
    let tenants = node.ctx.service::<Tenants>()?;
    let host = tenants.settings().host(host).with_context(|| format!("{host:?} is not a host"))?;
    tenants.by_host(&host).with_context(|| format!("no community of this node is served at {host}"))
}

/// Turns messages about fields into one sentence for the terminal.
fn told<T>(node: &Node, result: Result<T, AppError>) -> Result<T> {
    result.map_err(|error| {
        if error.fields.is_empty() {
            return anyhow::Error::new(error);
        }
        let sentences: Vec<String> = error
            .fields
            .iter()
            .map(|field| {
                let args: Vec<_> = field.args.iter().map(|(name, value)| (*name, value.into())).collect();
                format!("{}: {}", field.field, node.ctx.catalog().t_with(Lang::Uk, field.key, &args))
            })
            .collect();
        anyhow::anyhow!(sentences.join("; "))
    })
}

/// Runs `ratusha tenant …`.
pub async fn run(node: &Node, command: Command) -> Result<()> {
    let who = command_line();
    match command {
        Command::Add { katottg, hub, domain, handle, name, name_en } => {
            let handle = handle.unwrap_or_else(|| domain.split(['.', ':']).next().unwrap_or("").replace('-', "_"));
            let kind = if hub { TenantKind::Hub } else { TenantKind::Community };
            let new = service::NewTenant { kind, katottg, host: domain, handle, name_uk: name, name_en };
            let tenant = told(node, service::add(&node.ctx, &who, &new).await)?;
            println!("{}  {}  {}", tenant.base_url, tenant.address(), tenant.name_uk);
        }
        Command::List => {
            let mut conn = node.ctx.db().read().await?;
            for tenant in service::list(&node.ctx, &mut conn, &who).await? {
                println!(
                    "{}  {}  {}  {}  {}",
                    tenant.base_url,
                    tenant.state.name(),
                    tenant.address(),
                    tenant.katottg.as_deref().unwrap_or("-"),
                    tenant.name_uk
                );
            }
        }
        Command::Move { domain, to } => {
            let mut uow = node.ctx.begin(&find(node, &domain)?.id, who.by()).await?;
            told(node, service::move_domain(&mut uow, &who, &to).await)?;
            uow.commit().await?;
            println!("{to}");
        }
        Command::Suspend { domain } => {
            let mut uow = node.ctx.begin(&find(node, &domain)?.id, who.by()).await?;
            service::suspend(&mut uow, &who).await?;
            uow.commit().await?;
        }
        Command::Resume { domain } => {
            let mut uow = node.ctx.begin(&find(node, &domain)?.id, who.by()).await?;
            service::resume(&mut uow, &who).await?;
            uow.commit().await?;
        }
    }
    Ok(())
}

/// Runs `ratusha hub …`.
pub async fn run_hub(node: &Node, command: HubCommand) -> Result<()> {
    match command {
        HubCommand::Admit { host } => {
            let admitted = told(node, hub::admit(&node.ctx, &command_line(), &host).await)?;
            println!("{}  {}  {}", admitted.host, admitted.katottg.as_deref().unwrap_or("-"), admitted.name);
        }
        HubCommand::List => {
            for admitted in hub::list(&node.ctx, &command_line()).await? {
                println!("{}  {}  {}", admitted.host, admitted.katottg.as_deref().unwrap_or("-"), admitted.name);
            }
        }
    }
    Ok(())
}

/// Runs `ratusha account …`.
pub async fn run_account(node: &Node, command: AccountCommand) -> Result<()> {
    let AccountCommand::Add { domain, email, name, roles } = command;
    let tenant = find(node, &domain)?;
    let password = read_password()?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    told(node, account::service::create(&node.ctx, &command_line(), &tenant, &email, &name, &password, &roles).await)?;
    println!("{email}");
    Ok(())
}

/// The first line of the input; passwords do not belong on the command line, where everybody on the machine sees them.
fn read_password() -> Result<String> {
    eprint!("password: ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("no password on the input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
