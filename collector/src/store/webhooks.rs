//! Webhooks: who is told, how far each has come, what waits to be sent again, and what was sent.
//!
//! What a webhook is owed is written by nobody: it is the log of events from its place on. Its place goes on in one write with what
//! is parked, so a process that ends at any moment sends some messages again, and leaves none out.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Catalog, Store, StoreError, codec, keys};
use crate::domain::customers::Customer;
use crate::domain::events::{About, Event, What};
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;
use crate::domain::webhooks::delivery::Delivery;
use crate::domain::webhooks::queue::{Change, Parked};
use crate::domain::webhooks::{Paused, Progress, Replay, Webhook, WebhookId, Why, lane_of};

/// Most records that are removed at once.
const REMOVED: usize = 500;

/// Most tries that are forgotten with one report, beyond as many as it tells of.
const SWEPT: usize = 4;

/// What has been sent, and where that leaves a webhook.
pub struct Report {
    /// How far it has come.
    pub progress: Progress,
    /// How far that has come which is sent once more.
    pub replays: Vec<Replay>,
    /// What is parked, and what is not any more.
    pub changes: Vec<Change>,
    /// What was sent.
    pub deliveries: Vec<Delivery>,
    /// Tries from before this time are forgotten…
    pub keep_from: Timestamp,
    /// …and so many of the oldest.
    pub surplus: usize,
}

/// Where a webhook stands.
pub struct Waiting {
    /// How far it has come.
    pub progress: Progress,
    /// What is sent once more.
    pub replays: Vec<Replay>,
    /// What is parked, by line and number.
    pub parked: Vec<(TokenHash, u64, Parked)>,
    /// How many tries are kept.
    pub kept: usize,
}

/// A try, and its place in the list.
pub type Listed = (Vec<u8>, Delivery);

impl Store {
    /// Keeps a new webhook, which hears of what happens from now on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn add_webhook(&self, webhook: Webhook) -> Result<(), StoreError> {
        let news = self.news();
        self.write(Size::Small, move |transaction| {
            let progress = Progress { next: *news.borrow(), ..Progress::default() };
            transaction.put(keys::waiting(webhook.id), &progress)?;
            transaction.put_webhook(webhook)
        })
        .await
    }

    /// Changes a webhook. Nothing, if there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn change_webhook(
        &self,
        id: WebhookId,
        now: Timestamp,
        change: impl FnOnce(&mut Webhook) + Send + 'static,
    ) -> Result<Option<Webhook>, StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(mut webhook) = transaction.get::<Webhook>(&keys::webhook(id))? else { return Ok(None) };
            let was_paused = webhook.paused.is_some();
            change(&mut webhook);
            if was_paused && webhook.paused.is_none() {
                let progress = transaction.progress(id)?;
                let resumed = Progress { down: None, resumed_at: Some(now), ..progress };
                transaction.put(keys::waiting(id), &resumed)?;
            }
            transaction.put_webhook(webhook.clone())?;
            Ok(Some(webhook))
        })
        .await
    }

    /// Sends nothing more to a webhook, and lets others hear of that.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn pause_webhook(
        &self,
        id: WebhookId,
        why: Why,
        detail: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(mut webhook) = transaction.get::<Webhook>(&keys::webhook(id))? else { return Ok(()) };
            webhook.paused = Some(Paused { at: now, why, detail: Some(detail) });
            transaction.announce(Event::new(What::WebhookPaused, now, About::Webhook(id)));
            transaction.put_webhook(webhook)
        })
        .await
    }

    /// Sends a webhook a message to try it out, and at once whatever waits. Says whether there is such a
    /// webhook.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn test_webhook(&self, id: WebhookId, now: Timestamp) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(mut webhook) = transaction.get::<Webhook>(&keys::webhook(id))? else { return Ok(false) };
            webhook.nudges += 1;
            transaction.announce(Event::new(What::WebhookTest, now, About::Webhook(id)));
            transaction.put_webhook(webhook)?;
            Ok(true)
        })
        .await
    }

    /// Removes a webhook with all that waits and all that was sent; says whether there was one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn remove_webhook(&self, id: WebhookId) -> Result<bool, StoreError> {
        let removed = self.write::<_, StoreError>(Size::Small, move |transaction| {
            let key = keys::webhook(id);
            if transaction.get::<Webhook>(&key)?.is_none() {
                return Ok(false);
            }
            transaction.remove(key);
            transaction.after(move |catalog| {
                catalog.webhooks.remove(&id);
                catalog.webhook_news.send_replace(());
            });
            Ok(true)
        });
        let removed = removed.await?;
        // From here on nothing is added to these.
        loop {
            let more = move |transaction: &mut Transaction<'_>| transaction.remove_rest(id);
            if !self.write::<_, StoreError>(Size::Large, more).await? {
                return Ok(removed);
            }
        }
    }

    /// Where a webhook stands.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn waiting_for(&self, id: WebhookId) -> Result<Waiting, StoreError> {
        self.read(move |disk| {
            let prefix = keys::waiting(id);
            let progress = disk.get(&prefix)?.unwrap_or_default();
            let (mut parked, mut replays) = (Vec::new(), Vec::new());
            for entry in disk.db.scan_prefix(&prefix) {
                let (key, bytes) = entry?;
                if let Some((line, number)) = keys::line_and_number(&key) {
                    parked.push((line, number, codec::decode(&bytes)?));
                } else if keys::is_replay(&key) {
                    replays.push(codec::decode(&bytes)?);
                }
            }
            let mut tries = disk.db.scan_prefix(keys::deliveries_of(id)).keys();
            let kept = tries.try_fold(0, |n, key| Ok::<_, StoreError>(key.map(|_| n + 1)?))?;
            Ok(Waiting { progress, replays, parked, kept })
        })
        .await
    }

    /// Writes down what was sent, and where that leaves a webhook. Says how many tries were forgotten.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn report(&self, id: WebhookId, report: Report) -> Result<usize, StoreError> {
        self.write(Size::Small, move |transaction| transaction.report(id, report)).await
    }

    /// Sends events once more: those from this number on, up to that one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn replay(&self, id: WebhookId, from: u64, end: u64) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(webhook) = transaction.get::<Webhook>(&keys::webhook(id))? else { return Ok(false) };
            let replay = Replay { from, next: from, end };
            transaction.put(keys::replay(id, &replay), &replay)?;
            // Whoever sends looks for it when the webhook changes.
            transaction.put_webhook(webhook)?;
            Ok(true)
        })
        .await
    }

    /// Tries to deliver to a webhook, the newest first: at most so many of those before a place in the list that are wanted.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn deliveries(
        &self,
        id: WebhookId,
        before: Option<Vec<u8>>,
        most: usize,
        is_wanted: impl Fn(&Delivery) -> bool + Send + 'static,
    ) -> Result<Vec<Listed>, StoreError> {
        self.read(move |disk| {
            let prefix = keys::deliveries_of(id);
            let end = match before {
                Some(place) => [&prefix[..], &place].concat(),
                None => keys::deliveries_end(id),
            };
            let mut listed = Vec::new();
            for entry in disk.range::<Delivery>(prefix.clone()..end).rev() {
                let (key, delivery) = entry?;
                if listed.len() == most {
                    break;
                }
                if is_wanted(&delivery) {
                    listed.push((key[prefix.len()..].to_vec(), delivery));
                }
            }
            Ok(listed)
        })
        .await
    }
}

impl Transaction<'_> {
    fn put_webhook(&mut self, webhook: Webhook) -> Result<(), StoreError> {
        self.put(keys::webhook(webhook.id), &webhook)?;
        self.after(move |catalog| {
            catalog.webhooks.insert(webhook.id, Arc::new(webhook));
            catalog.webhook_news.send_replace(());
        });
        Ok(())
    }

    fn progress(&self, id: WebhookId) -> Result<Progress, StoreError> {
        Ok(self.get(&keys::waiting(id))?.unwrap_or_default())
    }

    fn report(&mut self, id: WebhookId, report: Report) -> Result<usize, StoreError> {
        // It was removed meanwhile.
        if self.get::<Webhook>(&keys::webhook(id))?.is_none() {
            return Ok(0);
        }
        self.put(keys::waiting(id), &report.progress)?;
        for replay in report.replays {
            let key = keys::replay(id, &replay);
            if replay.next < replay.end { self.put(key, &replay)? } else { self.remove(key) }
        }
        for change in report.changes {
            match change {
                Change::Park(line, number, parked) => self.put(keys::parked(id, &line, number), &parked)?,
                Change::Unpark(line, number) => self.remove(keys::parked(id, &line, number)),
            }
        }
        let most = report.deliveries.len() + SWEPT;
        let forgotten = self.sweep_deliveries(id, report.keep_from, report.surplus.min(most), most)?;
        for delivery in report.deliveries {
            self.log_delivery(id, delivery)?;
        }
        Ok(forgotten)
    }

    fn log_delivery(&mut self, id: WebhookId, delivery: Delivery) -> Result<(), StoreError> {
        let key = keys::delivery(id, &delivery);
        let Some(customer) = delivery.customer.clone() else { return self.put(key, &delivery) };
        // The customer was erased while the message was on its way.
        if self.get::<Customer>(&keys::customer(&customer))?.is_none() {
            let nobodys = Delivery { customer: None, body: String::new(), reply: String::new(), ..delivery };
            return self.put(key, &nobodys);
        }
        self.put(keys::delivered(&customer, &key), &())?;
        self.put(key, &delivery)
    }

    /// Forgets the oldest tries: those from before a time, and so many in any case; at most `most`.
    fn sweep_deliveries(
        &mut self,
        id: WebhookId,
        before: Timestamp,
        surplus: usize,
        most: usize,
    ) -> Result<usize, StoreError> {
        let prefix = keys::deliveries_of(id);
        let (end, old) = (keys::deliveries_end(id), keys::deliveries_since(id, before));
        let mut forgotten = 0;
        for (key, delivery) in self.oldest::<Delivery>(prefix, end, most)? {
            if forgotten >= surplus && key >= old {
                break;
            }
            self.forget_delivery(key, delivery.customer.as_ref());
            forgotten += 1;
        }
        Ok(forgotten)
    }

    fn forget_delivery(&mut self, key: Vec<u8>, customer: Option<&CustomerId>) {
        customer.iter().for_each(|customer| self.remove(keys::delivered(customer, &key)));
        self.remove(key);
    }

    /// Removes some of what is left of a webhook that is gone; says whether there may be more.
    fn remove_rest(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let waiting = self.keys(&keys::waiting(id))?;
        let tries = self.oldest::<Delivery>(keys::deliveries_of(id), keys::deliveries_end(id), REMOVED)?;
        let more = waiting.len() > REMOVED || tries.len() == REMOVED;
        waiting.into_iter().take(REMOVED).for_each(|key| self.remove(key));
        for (key, delivery) in tries {
            self.forget_delivery(key, delivery.customer.as_ref());
        }
        Ok(more)
    }

    /// Forgets what was sent about a customer, and what waits to be.
    pub(super) fn forget_deliveries(
        &mut self,
        customer: &CustomerId,
        catalog: &RwLock<Catalog>,
    ) -> Result<(), StoreError> {
        let prefix = keys::delivered_about(customer);
        for key in self.keys(&prefix)? {
            self.remove([keys::DELIVERIES, &key[prefix.len()..]].concat());
            self.remove(key);
        }
        let webhooks: Vec<WebhookId> =
            catalog.read().unwrap_or_else(PoisonError::into_inner).webhooks.keys().copied().collect();
        let line = lane_of(customer.as_str());
        for id in webhooks {
            for key in self.keys(&keys::waiting_in(id, &line))? {
                self.remove(key);
            }
        }
        Ok(())
    }
}
