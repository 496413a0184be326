//! Who has signed in: sessions, by the hashes of their tokens. All of them are in memory too.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::committer::Size;
use super::disk::Disk;
use super::people::Account;
use super::transaction::Transaction;
use super::{Catalog, Store, StoreError, keys};
use crate::domain::names::PersonId;
use crate::domain::people::{Person, Rules, Session};
use crate::domain::secrets::TokenHash;

/// Sessions by the hashes of their tokens.
pub(super) type Sessions = HashMap<TokenHash, Session>;

pub(super) fn load(disk: &Disk) -> Result<Sessions, StoreError> {
    let mut sessions = Sessions::default();
    for entry in disk.scan::<Session>(keys::SESSIONS) {
        let (key, session) = entry?;
        let token = keys::token_of_session(&key);
        let token = token.ok_or_else(|| StoreError::Unreadable("the key of a session".into()))?;
        // Once they lay elsewhere, where nothing would end them: whoever has one of those signs in again.
        if *key == keys::session(&session.person, &token) {
            sessions.insert(token, session);
        }
    }
    Ok(sessions)
}

impl Catalog {
    /// The session with this token, and whose it is, if it has not ended.
    pub fn session(
        &self,
        token: &TokenHash,
        rules: &Rules,
        now: Timestamp,
    ) -> Option<(Session, Arc<Person>)> {
        let session = self.sessions.get(token).filter(|session| !session.is_over(rules, now))?;
        let person = self.people.get(&session.person).filter(|person| person.active)?;
        Some((session.clone(), Arc::clone(person)))
    }
}

impl Store {
    /// Begins a session for a person whose password was found right, if it is still the same: `hash` is what it was compared
    /// with. Says whether it was begun.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn begin_session(
        &self,
        token: TokenHash,
        person: PersonId,
        hash: String,
        rules: Rules,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let account: Option<Account> = transaction.get(&keys::person(&person))?;
            if !account.is_some_and(|account| account.person.active && account.password == Some(hash)) {
                return Ok(false);
            }
            let mut own = transaction.sessions_of(&person)?;
            // The last used come last.
            own.sort_by_key(|(_, session)| session.used);
            let too_many = (own.len() + 1).saturating_sub(rules.sessions);
            for (place, (token, session)) in own.iter().enumerate() {
                if place < too_many || session.is_over(&rules, now) {
                    transaction.end_session(&person, *token);
                }
            }
            transaction.put_session(token, Session { person, began: now, used: now })?;
            Ok(true)
        })
        .await
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn use_session(
        &self,
        person: PersonId,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Size::Small, move |transaction| {
            // It may have ended meanwhile.
            let session: Option<Session> = transaction.get(&keys::session(&person, &token))?;
            let Some(session) = session else { return Ok(()) };
            transaction.put_session(token, Session { used: now.max(session.used), ..session })
        })
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn end_session(&self, person: PersonId, token: TokenHash) -> Result<(), StoreError> {
        self.write(Size::Small, move |transaction| {
            transaction.end_session(&person, token);
            Ok(())
        })
        .await
    }
}

impl Transaction<'_> {
    fn put_session(&mut self, token: TokenHash, session: Session) -> Result<(), StoreError> {
        self.put(keys::session(&session.person, &token), &session)?;
        self.after(move |catalog| drop(catalog.sessions.insert(token, session)));
        Ok(())
    }

    fn end_session(&mut self, person: &PersonId, token: TokenHash) {
        self.remove(keys::session(person, &token));
        self.after(move |catalog| drop(catalog.sessions.remove(&token)));
    }

    pub(super) fn end_sessions_of(&mut self, person: &PersonId) -> Result<(), StoreError> {
        for (token, _) in self.sessions_of(person)? {
            self.end_session(person, token);
        }
        Ok(())
    }

    fn sessions_of(&self, person: &PersonId) -> Result<Vec<(TokenHash, Session)>, StoreError> {
        let mut own = Vec::new();
        for key in self.keys(&keys::sessions_of(person))? {
            let session: Option<Session> = self.get(&key)?;
            if let (Some(token), Some(session)) = (keys::token_of_session(&key), session) {
                own.push((token, session));
            }
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Options, patiently};

    #[test]
    fn a_session_that_could_not_be_ended_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
        let session = Session { person: "p".parse().unwrap(), began: Timestamp::MIN, used: Timestamp::MIN };
        let mut batch = sled::Batch::default();
        for key in [[keys::SESSIONS, &[1; 16]].concat(), keys::session(&session.person, &TokenHash([2; 16]))]
        {
            batch.insert(key, super::super::codec::encode(&session).unwrap());
        }
        disk.commit(batch).unwrap();
        assert_eq!(load(&disk).unwrap().into_keys().collect::<Vec<_>>(), [TokenHash([2; 16])]);
    }

    #[tokio::test]
    async fn sessions_outlive_a_restart_and_end_with_the_password_or_the_person() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let store = Store::open(&options, Box::new(|_| {})).unwrap();
        let rules = Rules { sessions: 2, ..Rules::default() };
        let person: Person =
            toml::from_str("id = \"p\"\nname = \"P\"\nemail = \"p@example.org\"\nrole = \"admin\"").unwrap();
        let id = person.id.clone();
        store.put_person(person.clone(), 9).await.unwrap();
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let token = |n: u8| TokenHash([n; 16]);
        let begin = async |store: &Store, n: u8, hash: &str| {
            store.begin_session(token(n), id.clone(), hash.into(), rules.clone(), at(n.into())).await.unwrap()
        };
        assert!(!begin(&store, 1, "one").await, "there is no password yet");
        assert!(store.set_password(id.clone(), "one".into(), None).await.unwrap());
        assert!(begin(&store, 1, "one").await && begin(&store, 2, "one").await);
        assert!(!begin(&store, 9, "other").await, "it was changed while it was compared");
        store.use_session(id.clone(), token(1), at(5)).await.unwrap();
        assert!(begin(&store, 3, "one").await);
        let held = |store: &Store| {
            (1..=4).map(|n| store.catalog().session(&token(n), &rules, at(5)).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(held(&store), [true, false, true, false], "of three, the one that was used last ended");
        store.close();
        drop(store);
        let store = patiently(|| Store::open(&options, Box::new(|_| {})));
        assert_eq!(held(&store), [true, false, true, false]);
        store.end_session(id.clone(), token(3)).await.unwrap();
        store.use_session(id.clone(), token(3), at(6)).await.unwrap();
        assert_eq!(held(&store), [true, false, false, false], "what has ended stays so");
        store.set_password(id.clone(), "two".into(), None).await.unwrap();
        assert_eq!(held(&store), [false; 4]);
        begin(&store, 4, "two").await;
        store.put_person(Person { active: false, ..person }, 9).await.unwrap();
        assert_eq!(held(&store), [false; 4]);
        store.close();
    }
}
