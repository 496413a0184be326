//! Hearback's collector: asks customers how likely they are to recommend a company, keeps what they answer the moment
//! they answer it, and counts.
//!
//! Read in this order: [`domain`] (what is true), [`store`] (where it is kept), [`facts`] (the numbers), [`snapshot`] (how a
//! start has them in seconds), [`verify`] (whether they are right), [`http`] (what arrives), [`work`] (what happens later), and
//! [`run`], which puts them together. [`cli`] is the command line, a client of the same routes.
//!
//! **Architecture invariants** (checked by `tests/it/tidy.rs`): `domain` names neither of the others, no async and no
//! clock; sled is named in `store` alone, axum in `http` alone and lettre in `work` alone; `store` and `facts` do not
//! name `http`; `http` and `work` do not name each other.

pub mod charts;
pub mod cli;
pub mod domain;
pub mod facts;
pub mod feed;
pub mod http;
pub mod output;
pub mod reports;
pub mod settings;
pub mod snapshot;
pub mod store;
pub mod verify;
pub mod work;

use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Context;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};

use feed::Feed;
use http::{App, Clock, Passwords, Throttles, Versions};
use settings::Settings;
use snapshot::Opened;
use snapshot::keeper::Keeper;
use store::StoreError;
use verify::Verifier;
use work::webhooks::Senders;

/// How long a stop waits for requests that were accepted.
const GRACE: Duration = Duration::from_secs(10);

/// The socket in the data directory through which the command line reaches a running collector.
pub fn socket_path(directory: &Path) -> PathBuf {
    directory.join("collector.sock")
}

/// Opens the store and counts what is in it. Blocks: for seconds where there is a snapshot, and else for as long as reading
/// every response takes.
///
/// # Errors
/// When the directory is in use or cannot be read.
pub fn open(settings: &Settings, clock: Clock) -> Result<App, StoreError> {
    open_from(settings, clock).map(|(app, _)| app)
}

/// Also gives the snapshot that it began with.
fn open_from(settings: &Settings, clock: Clock) -> Result<(App, Option<snapshot::Began>), StoreError> {
    let Opened { store, facts, from, .. } = snapshot::open(&settings.store_options())?;
    let (limits, pages) = (Arc::new(settings.limits.clone()), Arc::new(settings.pages()));
    let versions = Versions::in_directory(&settings.directory);
    let listeners = Arc::new(Semaphore::new(limits.listeners));
    let stopping = watch::Sender::new(false);
    let streams = Arc::new(Semaphore::new(limits.streams));
    let reports = Arc::new(Semaphore::new(available_parallelism().map_or(1, usize::from)));
    let throttles = Arc::new(Throttles::new(&limits, settings.trusted_proxies.clone()));
    let app = App {
        store,
        facts,
        clock,
        limits,
        pages,
        versions,
        phones: settings.phones(),
        listeners,
        streams,
        webhooks: Arc::new(settings.webhooks.clone()),
        feed: Arc::new(Feed::new(stopping.subscribe())),
        throttles,
        reports,
        stopping,
        verifier: Verifier::default(),
        rules: Arc::new(settings.people.clone()),
        passwords: Passwords::new(settings.people.hashes_at_once),
    };
    Ok((app, from))
}

/// Serves until `shutdown`, then finishes what was accepted and closes the store.
///
/// # Errors
/// When the store cannot be opened, or when writing to it has failed: what is acknowledged after that could be lost, so the
/// process should end and be started again.
pub async fn run(
    listener: TcpListener,
    settings: Settings,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (directory, when) = (settings.directory.clone(), settings.snapshots());
    let (given, time) = (settings.clone(), Arc::clone(&clock));
    let (app, from) = tokio::task::spawn_blocking(move || open_from(&given, time)).await??;
    let post = work::Post::new(&settings, app.store.clone(), Arc::clone(&clock))?;
    let senders = Senders::new(&settings, app.store.clone(), Arc::clone(&app.feed), Arc::clone(&clock))?;
    let (store, responses, connections) = (app.store.clone(), app.facts.len(), app.limits.connections);
    let keeper = Keeper::start(&directory, store.clone(), Arc::clone(&app.facts), from, when)?;
    if !http::widget_is_built() {
        tracing::warn!(
            "this binary was built without the widget: /hearback.js answers 503 until widget and collector are built again"
        );
    }

    if let Err(error) = app.versions.keep() {
        tracing::warn!(%error, "this version of the widget was not kept: pages that are pinned to it lose it with the next one");
    }

    let stop = app.stopping.clone();
    let mut sending = tokio::spawn(work::run(post, stop.subscribe()));
    let mut telling = tokio::spawn(work::webhooks::run(senders, stop.subscribe()));
    let mut escalation = tokio::spawn(work::look_after(app.store.clone(), clock, stop.subscribe()));
    let stopping = stop.subscribe();
    let stopped =
        |mut stopping: watch::Receiver<bool>| async move { drop(stopping.wait_for(|stop| *stop).await) };
    let router = http::router(app);
    let local = listen_locally(&directory);
    let local = local.map(|socket| {
        let stopped = stopped(stopping.clone());
        tokio::spawn(http::serve_local(socket, router.clone(), connections, stopped))
    });
    // Only now can commands reach this process by its socket.
    tracing::info!(address = %listener.local_addr()?, directory = %directory.display(), responses, "ready");
    let mut server = tokio::spawn(http::serve(listener, router, connections, stopped(stopping)));

    let failure = tokio::select! {
        () = shutdown => None,
        error = store.failed() => Some(anyhow::Error::from(error)),
        ended = &mut server => return ended.context("the server ended"),
        ended = &mut sending => return ended.context("sending mails ended"),
        ended = &mut telling => return ended.context("sending webhooks ended"),
        ended = &mut escalation => return ended.context("looking after promises ended"),
        never = http::keep_up_metrics() => match never {},
    };
    tracing::info!("stopping: finishing what was accepted");
    stop.send_replace(true);
    let finished = async {
        let _ = server.await;
        let _ = sending.await;
        let _ = telling.await;
        let _ = escalation.await;
        if let Some(local) = local {
            let _ = local.await;
        }
    };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        tracing::warn!(seconds = GRACE.as_secs(), "some requests were not finished in time");
    }
    let _ = std::fs::remove_file(socket_path(&directory));
    let (closing, failed) = (store.clone(), failure.is_some());
    let close = move || {
        if !failed {
            keeper.stop();
        }
        closing.close();
    };
    tokio::task::spawn_blocking(close).await?;
    match failure {
        None => {
            tracing::info!("stopped");
            Ok(())
        }
        Some(failure) => {
            // A database that has failed may wait for its own threads for ever when it is dropped; the process must end.
            std::mem::forget(store);
            Err(failure)
        }
    }
}

/// Without the socket the command line cannot reach this process; everything else works.
fn listen_locally(directory: &Path) -> Option<UnixListener> {
    let path = socket_path(directory);
    // The store is locked by this process, so a socket that is there was left behind.
    let _ = std::fs::remove_file(&path);
    let listen = || {
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok::<_, std::io::Error>(listener)
    };
    listen()
        .inspect_err(|error| tracing::warn!(path = %path.display(), %error, "no socket for the command line"))
        .ok()
}
