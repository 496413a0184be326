//! Webhooks: sends each endpoint what it is owed, each by a task of its own, so that none waits for another.
//!
//! Read in this order: `sender` (one endpoint), `message` (what is sent, and what an answer says), `connection` (to whom).

mod connection;
mod message;
mod sender;

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Clock;
use crate::domain::webhooks::schedule::Schedule;
use crate::domain::webhooks::{Webhook, WebhookId};
use crate::feed::Feed;
use crate::settings::{Settings, Webhooks};
use crate::store::Store;
use connection::Reach;
use sender::Sender;

/// How often it is seen to that every task is still there.
const LOOK: Duration = Duration::from_secs(10);

/// How long a stop waits for messages that are on their way.
const GRACE: Duration = Duration::from_secs(5);

/// What sending takes.
#[derive(Clone)]
pub struct Senders {
    store: Store,
    feed: Arc<Feed>,
    clock: Clock,
    settings: Arc<Webhooks>,
    schedule: Schedule,
    reach: Reach,
}

impl Senders {
    /// Makes ready to send.
    ///
    /// # Errors
    /// When certificates cannot be read.
    pub fn new(settings: &Settings, store: Store, feed: Arc<Feed>, clock: Clock) -> anyhow::Result<Self> {
        let webhooks = Arc::new(settings.webhooks.clone());
        let reach = Reach {
            allow: Arc::new(webhooks.allowed()?),
            tls: connector(&webhooks)?,
            timeout: webhooks.timeout(),
            reply_bytes: webhooks.log_bytes,
        };
        Ok(Self { store, feed, clock, schedule: webhooks.schedule()?, settings: webhooks, reach })
    }
}

/// Whether messages could be sent with these settings.
///
/// # Errors
/// Names the setting.
pub fn check(webhooks: &Webhooks) -> anyhow::Result<()> {
    connector(webhooks).map(drop)
}

/// TLS as the system trusts it, and as the settings do.
fn connector(webhooks: &Webhooks) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &webhooks.ca_file {
        let pem =
            fs::read(path).with_context(|| format!("webhooks.ca_file: cannot read {}", path.display()))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certificates = certificates.ok().filter(|certificates| !certificates.is_empty());
        let certificates = certificates
            .with_context(|| format!("webhooks.ca_file: {} holds no certificate in PEM", path.display()))?;
        for certificate in certificates {
            roots.add(certificate).context("webhooks.ca_file")?;
        }
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// An endpoint that is sent to.
struct Running {
    webhook: Arc<Webhook>,
    changes: watch::Sender<Arc<Webhook>>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Sends to every endpoint that is not paused until told to stop, then finishes what is on its way.
pub async fn run(senders: Senders, mut stopping: watch::Receiver<bool>) {
    let mut news = senders.store.catalog().webhook_news();
    let mut running: HashMap<WebhookId, Running> = HashMap::new();
    // Those that have been told to end, and whose successors wait for that.
    let mut ending: HashMap<WebhookId, JoinHandle<()>> = HashMap::new();
    loop {
        news.borrow_and_update();
        let wanted: HashMap<WebhookId, Arc<Webhook>> = {
            let webhooks = senders.store.catalog().webhooks().into_iter();
            webhooks.filter(|webhook| webhook.paused.is_none()).map(|webhook| (webhook.id, webhook)).collect()
        };
        running.retain(|id, one| {
            let stays = wanted.get(id).is_some_and(|webhook| webhook.url == one.webhook.url)
                && !one.task.is_finished();
            if !stays {
                one.stop.send_replace(true);
                // Replaced below; what it has under way is finished first.
                ending.insert(*id, std::mem::replace(&mut one.task, tokio::spawn(async {})));
            }
            stays
        });
        for (id, webhook) in wanted {
            match running.get(&id) {
                Some(one) => {
                    // After each change the catalog holds another one.
                    one.changes.send_if_modified(|known| {
                        let is_new = !Arc::ptr_eq(known, &webhook);
                        *known = webhook;
                        is_new
                    });
                }
                None => {
                    let before = ending.remove(&id);
                    running.insert(id, begin(&senders, webhook, before));
                }
            }
        }
        ending.retain(|_, task| !task.is_finished());
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            changed = news.changed() => if changed.is_err() { break },
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    let tasks = running.into_values().map(|one| {
        one.stop.send_replace(true);
        one.task
    });
    let mut tasks: Vec<JoinHandle<()>> = tasks.chain(ending.into_values()).collect();
    if tokio::time::timeout(GRACE, futures_util::future::join_all(&mut tasks)).await.is_err() {
        // They are sent again after the next start.
        tracing::warn!("some webhooks were not sent in time");
        tasks.retain(|task| !task.is_finished());
        tasks.iter().for_each(JoinHandle::abort);
        futures_util::future::join_all(tasks).await;
    }
}

/// Starts to send to one endpoint, once the task before has ended.
fn begin(senders: &Senders, webhook: Arc<Webhook>, before: Option<JoinHandle<()>>) -> Running {
    let (changes, changed) = watch::channel(Arc::clone(&webhook));
    let (stop, stopping) = watch::channel(false);
    let senders = senders.clone();
    let id = webhook.id;
    let task = tokio::spawn(async move {
        if let Some(before) = before {
            let _ = before.await;
        }
        match Sender::begin(senders, changed).await {
            Ok(sender) => sender.run(stopping).await,
            Err(error) => tracing::error!(webhook = %id, %error, "nothing is sent to this webhook"),
        }
    });
    Running { webhook, changes, stop, task }
}
