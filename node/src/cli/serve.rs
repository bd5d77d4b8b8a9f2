//! `ratusha serve`: listens until it is told to stop, and stops cleanly.

use std::{future::IntoFuture, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use ratusha_tenants::Tenants;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Node, Settings};

/// How long running requests may take after the signal.
const GRACE: Duration = Duration::from_secs(10);

/// Serves a node by its settings.
pub async fn run(settings: &Settings) -> Result<()> {
    let listener = bind(settings.node.bind).await?;
    let node = crate::build(settings).await?;
    let tenants = node.ctx.service::<Tenants>()?;
    if tenants.is_empty() {
        tracing::info!("no community yet: open http://{}/setup on this machine, or use `ratusha tenant add`", settings.node.bind);
    }
    tracing::info!(address = %settings.node.bind, tenants = tenants.all().len(), "listening");
    let stop = CancellationToken::new();
    stop_on_signal(&stop);
    listen(node, listener, stop).await
}

/// Takes the address, or says in one sentence why not.
///
/// # Errors
/// An occupied port, a foreign address, a port below 1024 without the right to it.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}, which another program may be using"))
}

/// Serves `node` on `listener` with its workers until `stop`, then lets running requests finish.
///
/// # Errors
/// The listener's.
pub async fn listen(node: Node, listener: TcpListener, stop: CancellationToken) -> Result<()> {
    let mut workers = node.start_workers(&stop);
    let service = node.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let signal = stop.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { signal.cancelled().await }).into_future();
    let after = stop.clone();
    tokio::select! {
        ended = server => ended.context("the listener failed")?,
        () = async { after.cancelled().await; tokio::time::sleep(GRACE).await } => tracing::warn!("some requests did not end in time"),
    }
    stop.cancel();
    let all = async { while workers.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("some work was left for the next start");
    }
    node.ctx.db().close().await;
    Ok(())
}

/// Cancels `stop` on Ctrl-C or SIGTERM.
pub fn stop_on_signal(stop: &CancellationToken) {
    let stop = stop.clone();
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => {
                    tokio::select! { _ = interrupt => {} _ = terminate.recv() => {} }
                }
                Err(_) => {
                    let _ = interrupt.await;
                }
            }
        }
        #[cfg(not(unix))]
        let _ = interrupt.await;
        stop.cancel();
    });
}
