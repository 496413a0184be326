//! What happens later: mails, [`webhooks`], and what follows from promises that were missed. Takes what is due from the store, and
//! reports what became of it.
//!
//! Read in this order: `sending` (the loop), `letter` (one customer's mail), `case_letter` (one
//! to whoever follows up), `message` (its headers and parts), `carrier` (files, or
//! a mail server), `server`, `again` (when the next try is), `escalation`.
//!
//! **Architecture invariant:** lettre and the client of HTTP are named in this module alone; this module and `http` do not name each other.

mod again;
mod carrier;
mod case_letter;
mod escalation;
mod letter;
mod message;
mod sending;
mod server;
pub mod webhooks;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::mails::{Mail, Rendered};
use crate::domain::pages::Pages;
use crate::settings::{Settings, Smtp};
use crate::store::Store;
use carrier::Carrier;
use message::Sender;

pub use message::Unwritable;

/// What tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What sending takes.
#[derive(Clone)]
pub struct Post {
    store: Store,
    clock: Clock,
    pages: Arc<Pages>,
    smtp: Arc<Smtp>,
    sender: Arc<Sender>,
    carrier: Carrier,
}

impl Post {
    /// Makes ready to send.
    ///
    /// # Errors
    /// When keys or certificates cannot be read.
    pub fn new(settings: &Settings, store: Store, clock: Clock) -> anyhow::Result<Self> {
        let smtp = Arc::new(settings.smtp.clone());
        Ok(Self {
            store,
            clock,
            pages: Arc::new(settings.pages()),
            sender: Arc::new(Sender::new(&smtp)?),
            carrier: Carrier::new(&smtp, mails_path(settings))?,
            smtp,
        })
    }
}

/// Where mails go without a mail server.
pub fn mails_path(settings: &Settings) -> PathBuf {
    settings.directory.join("mails")
}

/// Whether mails could be sent with these settings, as far as that can be told without a server.
///
/// # Errors
/// Names the setting.
pub fn check(smtp: &Smtp) -> anyhow::Result<()> {
    Sender::new(smtp)?;
    server::Server::new(smtp)?;
    Ok(())
}

/// A mail as a file that mail programs open, to an invented customer.
///
/// # Errors
/// When its sender cannot be one.
pub fn sample(smtp: &Smtp, mail: &Mail, rendered: &Rendered, now: Timestamp) -> anyhow::Result<Vec<u8>> {
    let about = message::About { to: "ana@example.com", id: "sample".to_owned(), unsubscribe: None, now };
    Ok(Sender::new(smtp)?.write(mail, rendered, &about)?.formatted())
}

pub use escalation::look_after;
pub use sending::run;
