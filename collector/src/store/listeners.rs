//! Who waits for news of a customer. Told by the writer after each commit, which costs next to nothing while nobody waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Store;
use crate::domain::names::CustomerId;

#[derive(Default)]
pub(super) struct Listeners {
    by_customer: Mutex<HashMap<CustomerId, watch::Sender<()>>>,
}

impl Listeners {
    /// Tells those who wait for these customers.
    pub(super) fn tell<'a>(&self, customers: impl Iterator<Item = &'a CustomerId>) {
        let listeners = self.lock();
        if listeners.is_empty() {
            return;
        }
        customers.filter_map(|customer| listeners.get(customer)).for_each(|sender| sender.send_replace(()));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CustomerId, watch::Sender<()>>> {
        self.by_customer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for news of a customer, until dropped.
pub struct Listener {
    customer: CustomerId,
    news: Option<watch::Receiver<()>>,
    listeners: Arc<Listeners>,
}

impl Listener {
    /// Resolves when a response of the customer was stored since the last time, or the customer was erased.
    pub async fn changed(&mut self) {
        let changed = match &mut self.news {
            Some(news) => news.changed().await.is_ok(),
            None => false,
        };
        if !changed {
            // Nobody will tell any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = self.listeners.lock();
        self.news = None;
        if listeners.get(&self.customer).is_some_and(|sender| sender.receiver_count() == 0) {
            listeners.remove(&self.customer);
        }
    }
}

impl Store {
    /// Listens for news of this customer from now on, whether there is such a customer or not.
    pub fn listen(&self, customer: &CustomerId) -> Listener {
        let listeners = Arc::clone(&self.0.listeners);
        let news =
            listeners.lock().entry(customer.clone()).or_insert_with(|| watch::Sender::new(())).subscribe();
        Listener { customer: customer.clone(), news: Some(news), listeners }
    }
}
