//! The people who work with Hearback, one record each: who they are, and their passwords' hashes.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::FieldProblem;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Catalog, Store, StoreError, keys};
use crate::domain::names::PersonId;
use crate::domain::people::{Person, Welcome};
use crate::domain::secrets::TokenHash;

/// Why a person was not kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PersonError {
    /// It is not sound.
    #[error("the person is not valid")]
    Invalid(Vec<FieldProblem>),
    /// There are as many as there can be.
    #[error("there are {0} people already")]
    Many(usize),
    /// It cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A person as it is stored. Fields are only added, with a default.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// Who it is.
    pub person: Person,
    /// The password's hash, as a PHC string; nothing, before there is one.
    #[serde(default)]
    pub password: Option<String>,
    /// The link by which a password can be set.
    #[serde(default)]
    pub welcome: Option<Welcome>,
}

impl Store {
    /// Keeps a person in place of the one of the same id, if it is sound beside all others there are when its turn comes; says
    /// whether it is new. At most `most` are kept.
    ///
    /// # Errors
    /// When it is not sound, or cannot be written.
    pub async fn put_person(&self, person: Person, most: usize) -> Result<bool, PersonError> {
        let catalog = Arc::clone(&self.0.catalog);
        // Alone in its commit: it is compared with everybody, and those whom it would be committed with are not in the tables yet.
        self.write(Size::Large, move |transaction: &mut Transaction<'_>| {
            let person = person.normal();
            let (before, each) = {
                let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
                let problems = person.check(&catalog.people(), &catalog.organisation());
                if !problems.is_empty() {
                    return Err(PersonError::Invalid(problems));
                }
                let before = catalog.account(&person.id);
                if before.is_none() && catalog.accounts.len() >= most {
                    return Err(PersonError::Many(most));
                }
                (before, catalog.follow_up().map(|follow_up| follow_up.document.capacity.each))
            };
            let is_new = before.is_none();
            let (password, welcome) =
                before.map(|account| (account.password.clone(), account.welcome.clone())).unwrap_or_default();
            if !person.active {
                transaction.end_sessions_of(&person.id)?;
            }
            if let Some(each) = each {
                // What is above it may be another number now.
                transaction.change_load(&person.id, person.capacity.unwrap_or(each), 0)?;
            }
            transaction.put_account(Account { person, password, welcome })?;
            Ok(is_new)
        })
        .await
    }

    /// Removes a person; says whether there was one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn remove_person(&self, id: PersonId) -> Result<bool, StoreError> {
        self.write(Size::Large, move |transaction| {
            let key = keys::person(&id);
            if transaction.get::<Account>(&key)?.is_none() {
                return Ok(false);
            }
            transaction.remove(key);
            transaction.end_sessions_of(&id)?;
            transaction.after(move |catalog| catalog.change_accounts(|accounts| drop(accounts.remove(&id))));
            Ok(true)
        })
        .await
    }

    /// Lets a person set a password by a link; the link before works no more. Says whether there is such a person.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn welcome(&self, id: PersonId, welcome: Welcome) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(mut account) = transaction.get::<Account>(&keys::person(&id))? else { return Ok(false) };
            account.welcome = Some(welcome);
            transaction.put_account(account)?;
            Ok(true)
        })
        .await
    }

    /// Sets a person's password. With the token of a link, only if that link still works; then no link works any more, and no
    /// session either. Says whether it was done.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_password(
        &self,
        id: PersonId,
        hash: String,
        by: Option<(TokenHash, Timestamp)>,
    ) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let Some(mut account) = transaction.get::<Account>(&keys::person(&id))? else { return Ok(false) };
            let may = by.is_none_or(|(token, now)| {
                account.person.active && account.welcome.as_ref().is_some_and(|link| link.is_by(token, now))
            });
            if !may {
                return Ok(false);
            }
            account.password = Some(hash);
            account.welcome = None;
            transaction.end_sessions_of(&id)?;
            transaction.put_account(account)?;
            Ok(true)
        })
        .await
    }
}

impl Transaction<'_> {
    fn put_account(&mut self, account: Account) -> Result<(), StoreError> {
        let id = account.person.id.clone();
        self.put(keys::person(&id), &account)?;
        self.after(move |catalog| {
            let same = catalog.accounts.get(&id).is_some_and(|before| before.person == account.person);
            let account = Arc::new(account);
            if same {
                // A password or a link: nothing by which people are found.
                catalog.accounts.insert(id, account);
            } else {
                catalog.change_accounts(|accounts| drop(accounts.insert(id, account)));
            }
        });
        Ok(())
    }
}

/// Everybody, by id.
pub(super) type Accounts = std::collections::BTreeMap<PersonId, Arc<Account>>;

impl Catalog {
    pub(super) fn change_accounts(&mut self, change: impl FnOnce(&mut Accounts)) {
        change(&mut self.accounts);
        self.people =
            Arc::new(self.accounts.values().map(|account| Arc::new(account.person.clone())).collect());
    }

    /// The account that a link with this token belongs to, if the link works.
    pub fn welcomed(&self, token: TokenHash, now: Timestamp) -> Option<Arc<Account>> {
        let works = |account: &&Arc<Account>| {
            account.person.active && account.welcome.as_ref().is_some_and(|welcome| welcome.is_by(token, now))
        };
        self.accounts.values().find(works).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Options, patiently};

    fn person(id: &str, email: &str) -> Person {
        let toml = format!("id = {id:?}\nname = \"P\"\nemail = {email:?}\nrole = \"admin\"");
        toml::from_str(&toml).unwrap()
    }

    #[tokio::test]
    async fn people_are_the_same_after_a_restart_and_no_address_is_two_peoples() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options { queue: 64, ..Options::for_test(directory.path()) };
        let store = Store::open(&options, Box::new(|_| {})).unwrap();
        let at_once: Vec<_> = (0..8)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    store.put_person(person(&format!("p{n}"), "One@example.org"), 100).await
                })
            })
            .collect();
        let mut kept = 0;
        for put in at_once {
            match put.await.unwrap() {
                Ok(is_new) => kept += usize::from(is_new),
                Err(PersonError::Invalid(problems)) => assert_eq!(problems[0].path, "email"),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(kept, 1, "all eight wanted the same address at the same time");
        assert!(store.put_person(person("other", "other@example.org"), 2).await.unwrap());
        assert!(!store.put_person(person("other", "new@example.org"), 2).await.unwrap());
        assert!(matches!(
            store.put_person(person("third", "third@example.org"), 2).await,
            Err(PersonError::Many(2))
        ));
        store.close();
        drop(store);
        let store = patiently(|| Store::open(&options, Box::new(|_| {})));
        let people = store.catalog().people();
        assert_eq!(people.all().len(), 2);
        assert!(
            people.with_email("one@example.org").is_some()
                && people.with_email("other@example.org").is_none()
        );
        assert!(store.remove_person("other".parse().unwrap()).await.unwrap());
        assert!(!store.remove_person("other".parse().unwrap()).await.unwrap());
        assert!(store.catalog().people().with_email("new@example.org").is_none());
        store.close();
    }
}
