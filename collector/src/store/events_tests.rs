//! The log as those use it who hear of what happens.

use std::path::Path;

use super::*;
use crate::domain::customers::Customer;
use crate::domain::erasures::Erasure;
use crate::domain::names::CustomerId;
use crate::domain::secrets::{Token, TokenHash};
use crate::store::committer::Size;
use crate::store::transaction::Transaction;
use crate::store::{Invited, Options, patiently};

const HOUR: i64 = 3600;

fn open(directory: &Path) -> Store {
    let options = Options { events_kept: SignedDuration::from_hours(24), ..Options::for_test(directory) };
    patiently(|| Store::open(&options, Box::new(|_| {})))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn customer() -> CustomerId {
    "C-1".parse().unwrap()
}

fn invited(n: u8, second: i64) -> Invited {
    let invitation = Invitation {
        customer: Some(customer()),
        ..Invitation::for_test(at(second), at(second + 90 * 24 * HOUR))
    };
    Invited { token: token(n), invitation, customer: Customer::default(), mailing: None }
}

fn token(n: u8) -> Token {
    Token::from_random([n; 16])
}

async fn invite(store: &Store, n: u8, second: i64) {
    assert!(store.invite(vec![invited(n, second)]).await.unwrap()[0].is_ok());
}

async fn numbers(store: &Store, from: u64) -> (u64, Vec<u64>, u64) {
    let Heard { events, next, from, .. } = store.events(from, 100).await.unwrap();
    (from, events.iter().map(|happened| happened.id.number).collect(), next)
}

#[tokio::test]
async fn what_happened_is_heard_in_order_from_any_number_on_and_after_a_start() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let news = store.news();
    assert_eq!(numbers(&store, 0).await, (0, vec![], 0));
    for n in 0..3 {
        invite(&store, n, i64::from(n)).await;
    }
    assert_eq!(*news.borrow(), 3);
    assert_eq!(numbers(&store, 1).await, (1, vec![1, 2], 3));
    assert_eq!(numbers(&store, 3).await, (3, vec![], 3));
    let first = &store.events(0, 1).await.unwrap().events[0];
    assert_eq!((first.event.what, first.event.at), (What::InvitationCreated, at(0)));
    assert_eq!(first.subject.customer(), Some(&customer()));
    let id = first.id;
    store.close();
    drop((store, news));

    let store = open(directory.path());
    invite(&store, 3, 3).await;
    assert_eq!(numbers(&store, 0).await, (0, vec![0, 1, 2, 3], 4));
    let after = store.events(3, 1).await.unwrap().events[0].id;
    assert_eq!(store.after_event(id).await.unwrap(), Some(1));
    assert_ne!(after.opening, id.opening, "another opening gives other ids");
    for unknown in [EventId { opening: after.opening, ..id }, EventId { number: 4, ..after }] {
        assert_eq!(store.after_event(unknown).await.unwrap(), None, "{unknown}");
    }
}

#[tokio::test]
async fn what_is_older_than_is_kept_goes_and_numbers_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    for n in 0..10 {
        invite(&store, n, i64::from(n) * HOUR).await;
    }
    let id = store.events(0, 1).await.unwrap().events[0].id;
    // Each write takes some, not all.
    invite(&store, 10, 34 * HOUR).await;
    assert_eq!(numbers(&store, 0).await, (4, (4..11).collect(), 11));
    assert_eq!(store.after_event(id).await.unwrap(), None);
    for n in 11..14 {
        invite(&store, n, 34 * HOUR).await;
    }
    assert_eq!(numbers(&store, 0).await, (10, (10..14).collect(), 14));
    // Long after everything: what is being written stays, and by it the next number is known.
    invite(&store, 14, 1000 * HOUR).await;
    assert_eq!(numbers(&store, 0).await, (14, vec![14], 15));
    store.close();
    drop(store);
    let store = open(directory.path());
    invite(&store, 15, 2000 * HOUR).await;
    assert_eq!(numbers(&store, 0).await, (15, vec![15], 16));
}

#[tokio::test]
async fn of_a_large_write_no_record_is_too_large_and_all_of_it_is_heard() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    invite(&store, 0, 0).await;
    let hash = token(0).hash();
    let announce = move |transaction: &mut Transaction<'_>| {
        let event = Event::new(What::InvitationSent, at(0), About::Invitation(hash));
        (0..1700).for_each(|_| transaction.announce(event));
        transaction.put(keys::TIME_ZONE.to_vec(), &"UTC")
    };
    store.write(Size::Large, announce).await.unwrap();
    let mut from = 0;
    let mut heard = 0;
    while from < *store.news().borrow() {
        let some = store.events(from, 300).await.unwrap();
        assert!(some.events.len() <= 300);
        heard += some.events.len();
        from = some.next;
    }
    assert_eq!((from, heard), (1701, 1701));
    store.close();
    drop(store);
    let disk = patiently(|| Disk::open(&Options::for_test(directory.path())));
    for entry in disk.db.scan_prefix(keys::EVENTS) {
        let (_, bytes) = entry.unwrap();
        assert!(bytes.len() <= 50 * PART, "{}", bytes.len());
    }
}

/// The bytes of the log.
fn written(disk: &Disk) -> Vec<u8> {
    disk.db.scan_prefix(keys::EVENTS).values().flat_map(|value| value.unwrap().to_vec()).collect()
}

#[tokio::test]
async fn of_a_customer_who_is_erased_the_log_tells_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    invite(&store, 0, 0).await;
    let step = Step::because(at(1), crate::domain::timeline::What::Deferred, "C-1 is away");
    store.arrive(token(0).hash(), step).await.unwrap();
    let heard = store.events(0, 9).await.unwrap().events;
    let Subject::Invitation(_, step) = &heard[1].subject else { panic!("{heard:?}") };
    assert_eq!(step.as_ref().and_then(|step| step.detail.as_deref()), Some("C-1 is away"));

    store.erase(customer(), Erasure::default()).await.unwrap();
    assert_eq!(numbers(&store, 0).await, (0, vec![], 2));
    store.close();
    drop(store);
    let disk = patiently(|| Disk::open(&Options::for_test(directory.path())));
    let written = written(&disk);
    assert!(!written.is_empty() && !written.windows(3).any(|window| window == b"C-1"));
    assert_eq!(disk.get::<Invitation>(&keys::invitation(&token(0).hash())).unwrap(), None);
}

#[test]
fn a_record_that_was_written_is_read_for_ever() {
    let record = Record {
        opening: 7,
        events: vec![
            (What::ResponseCreated, 1, About::Response(5)),
            (What::InvitationSent, 2, About::Invitation(TokenHash([1; 16]))),
        ],
    };
    let bytes = codec::encode(&record).unwrap();
    let first = serde_json::to_value(record.events[0]).unwrap();
    assert_eq!(first, serde_json::json!(["response.created", 1, {"r": 5}]));
    let read: Record = codec::decode(&bytes).unwrap();
    assert_eq!((read.opening, read.events), (7, record.events));
    assert!(bytes.len() < 100, "{}", bytes.len());
}
