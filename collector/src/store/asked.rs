//! What a customer was asked, and when: an index of invitations by customer, written in the transaction that makes each. The
//! newest are in the customer's record (`remembered`), older ones have keys of their own.

use jiff::Timestamp;

use super::last_scores::Known;
use super::remembered::Remembered;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::invitations::{Asked, Invitation};
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;

/// A key of what a customer was asked, and the time in ms and the token that it holds.
type OfItsOwn = (Vec<u8>, (u64, TokenHash));

impl Store {
    /// The invitations of a customer by the hashes of their tokens, the newest first; those made by a pass among them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn invitations_of(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<(TokenHash, Invitation)>, StoreError> {
        self.read(move |disk| {
            let mut invitations = Vec::new();
            for (_, token, _) in Transaction::new(disk, 0).asked(&customer, Timestamp::MIN)?.into_iter().rev()
            {
                // Without one, it was erased meanwhile.
                invitations
                    .extend(disk.get(&keys::invitation(&token))?.map(|invitation| (token, invitation)));
            }
            Ok(invitations)
        })
        .await
    }
}

impl Transaction<'_> {
    /// Remembers what an invitation tells about the customer, and that the customer was asked at a time. Of nobody, nothing is
    /// remembered.
    pub(super) fn ask(
        &mut self,
        token: &TokenHash,
        invitation: &Invitation,
        newer: &Customer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Invitation { customer: Some(customer), survey, created_at, .. } = invitation else {
            return Ok(());
        };
        let asked = Asked { survey: survey.clone(), later: (at > *created_at).then_some(at) };
        self.remember(customer, newer, *created_at, token, asked)
    }

    /// Adds to what is known of a customer, and keeps the ways to find the customer in step with it.
    pub(super) fn remember(
        &mut self,
        id: &CustomerId,
        newer: &Customer,
        asked_at: Timestamp,
        token: &TokenHash,
        asked: Asked,
    ) -> Result<(), StoreError> {
        let key = keys::customer(id);
        let found: Option<Remembered> = self.get(&key)?;
        let is_new = found.is_none();
        let mut remembered = found.unwrap_or_default();
        for ((at, token), asked) in remembered.asked.put((keys::millisecond(asked_at), *token), asked) {
            self.put(keys::asked(id, at, &token), &asked)?;
        }
        let before = remembered.customer();
        let mut now = before.clone();
        now.update(newer);
        remembered.set_customer(now.clone());
        self.put(key, &remembered)?;
        if before.email != now.email {
            before.email.iter().for_each(|email| self.remove(keys::email(email, id)));
            now.email.iter().try_for_each(|email| self.put(keys::email(email, id), &()))?;
        }
        if before.phone != now.phone {
            before.phone.iter().for_each(|phone| self.remove(keys::phone(phone, id)));
            now.phone.iter().try_for_each(|phone| self.put(keys::phone(phone, id), &()))?;
        }
        if is_new || before != now {
            self.tell_of_customer(Known { id: id.clone(), before, now });
        }
        Ok(())
    }

    /// What a customer was asked at this time or later, the oldest first.
    pub(super) fn asked(
        &self,
        customer: &CustomerId,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, TokenHash, Asked)>, StoreError> {
        let remembered: Option<Remembered> = self.get(&keys::customer(customer))?;
        self.asked_of(customer, remembered.unwrap_or_default(), since)
    }

    /// The same of a customer whose record was read.
    pub(super) fn asked_of(
        &self,
        customer: &CustomerId,
        remembered: Remembered,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, TokenHash, Asked)>, StoreError> {
        let newest = remembered.asked;
        let since = keys::millisecond(since);
        let mut all = Vec::new();
        if let Some(is_older) = newest.older() {
            for (key, place) in self.older_asked(customer, since)? {
                // Since the record was read, more may have moved here.
                let found = if is_older(&place) { self.get(&key)? } else { None };
                all.extend(found.map(|asked| (place, asked)));
            }
        }
        all.extend(newest.into_list().into_iter().filter(|((at, _), _)| *at >= since));
        all.into_iter().map(|((at, token), asked)| Ok((time(at)?, token, asked))).collect()
    }

    /// What a customer was asked since then that is not in the customer's record, the oldest first: its keys, with time and token.
    pub(super) fn older_asked(&self, customer: &CustomerId, since: u64) -> Result<Vec<OfItsOwn>, StoreError> {
        let keys = self.keys_from(&keys::asked_of(customer), keys::asked_since(customer, since))?;
        let unreadable = || StoreError::Unreadable("the key of what a customer was asked".into());
        let read = |key: Vec<u8>| keys::time_and_token(&key).map(|place| (key, place)).ok_or_else(unreadable);
        keys.into_iter().map(read).collect()
    }
}

fn time(millisecond: u64) -> Result<Timestamp, StoreError> {
    let time = i64::try_from(millisecond).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    time.ok_or_else(|| StoreError::Unreadable("the time at which a customer was asked".into()))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::super::Options;
    use super::super::committer::as_batch;
    use super::super::customers::Past;
    use super::super::disk::Disk;
    use super::super::remembered::{MOST, scores};
    use super::*;

    fn invitation(customer: Option<&str>, second: i64) -> Invitation {
        Invitation {
            customer: customer.map(|customer| customer.parse().unwrap()),
            ..Invitation::for_test(
                Timestamp::from_second(second).unwrap(),
                Timestamp::from_second(1_000_000).unwrap(),
            )
        }
    }

    fn ask(transaction: &mut Transaction<'_>, token: u8, customer: Option<&str>, second: i64) {
        let invitation = invitation(customer, second);
        let hash = TokenHash([token; 16]);
        transaction.ask(&hash, &invitation, &Customer::default(), invitation.created_at).unwrap();
    }

    fn commit(disk: &Disk, transaction: Transaction<'_>) {
        disk.commit(as_batch(transaction.finish().writes)).unwrap();
    }

    #[test]
    fn a_job_sees_what_others_of_its_commit_have_asked() {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
        let customer = "C-1".parse().unwrap();
        let since = |transaction: &Transaction<'_>, second| -> Vec<(i64, u8)> {
            let asked = transaction.asked(&customer, Timestamp::from_second(second).unwrap()).unwrap();
            asked.into_iter().map(|(at, token, _)| (at.as_second(), token.0[0])).collect()
        };

        let mut transaction = Transaction::new(&disk, 0);
        for (token, customer, second) in
            [(1, Some("C-1"), 30), (2, Some("C-1"), 10), (3, Some("C-10"), 20), (4, None, 20)]
        {
            ask(&mut transaction, token, customer, second);
        }
        transaction.end_job(true);
        ask(&mut transaction, 5, Some("C-1"), 20);
        assert_eq!(since(&transaction, 0), [(10, 2), (20, 5), (30, 1)]);
        assert_eq!(since(&transaction, 20), [(20, 5), (30, 1)]);
        transaction.end_job(false);
        assert_eq!(since(&transaction, 0), [(10, 2), (30, 1)], "what failed was not asked");
        commit(&disk, transaction);

        let mut transaction = Transaction::new(&disk, 0);
        ask(&mut transaction, 6, Some("C-1"), 30);
        assert_eq!(since(&transaction, 0), [(10, 2), (30, 1), (30, 6)], "what lies on the disk is seen too");
        assert_eq!(since(&transaction, 31), []);
    }

    /// When the customer is asked, and by which token.
    type Place = (i64, u8);
    /// A response's sequence number, and its score; none is a score taken back.
    type Given = (u64, Option<u8>);

    fn commits() -> impl Strategy<Value = Vec<Vec<(Place, Given)>>> {
        let place = (0..300_i64, 0..3_u8);
        let given = (0..300_u64, prop::option::weighted(0.8, 0..=10_u8));
        prop::collection::vec(prop::collection::vec((place, given), 1..12), 1..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Of who is asked and answers every day nothing is lost, and the record stays small.
        #[test]
        fn all_is_remembered_and_the_record_stays_small(commits in commits(), since in 0..300_i64) {
            let directory = tempfile::tempdir().unwrap();
            let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
            let customer: CustomerId = "C-1".parse().unwrap();
            let (mut asked, mut given) = (BTreeSet::new(), BTreeMap::new());
            for jobs in commits {
                let mut transaction = Transaction::new(&disk, 0);
                for ((second, token), (sequence, score)) in jobs {
                    ask(&mut transaction, token, Some("C-1"), second);
                    asked.insert((second, token));
                    let at = Timestamp::from_second(second).unwrap();
                    let past = score.map(|score| Past { score: score.try_into().unwrap(), at });
                    transaction.put_score(&customer, sequence, past).unwrap();
                    given.remove(&sequence);
                    given.extend(past.map(|past| (sequence, past)));
                    transaction.end_job(true);
                }
                commit(&disk, transaction);
            }

            let found = Transaction::new(&disk, 0).asked(&customer, Timestamp::from_second(since).unwrap()).unwrap();
            let found: Vec<_> = found.iter().map(|(at, token, _)| (at.as_second(), token.0[0])).collect();
            prop_assert_eq!(found, asked.range((since, 0)..).copied().collect::<Vec<_>>());
            let found: Vec<_> = scores(&disk, &customer).unwrap().map(Result::unwrap).collect();
            prop_assert_eq!(found, given.into_iter().rev().collect::<Vec<_>>());
            let record: Remembered = disk.get(&keys::customer(&customer)).unwrap().unwrap();
            prop_assert!(record.asked.into_list().len() <= MOST && record.scores.into_list().len() <= MOST);
        }
    }
}
