//! The outbox as those use it who put mails in and those who send them.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::domain::secrets::Token;
use crate::store::Options;

fn open(directory: &Path) -> Store {
    Store::open(&Options::for_test(directory), Box::new(|_| {})).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn token(n: u8) -> Token {
    Token::from_random([n; 16])
}

async fn put(store: &Store, n: u8, due: i64) {
    let outgoing = Outgoing::invitation(token(n), "thanks".into(), at(due));
    let put = move |transaction: &mut Transaction<'_>| {
        transaction.note(token(n).hash(), Step::new(at(0), What::Queued))?;
        transaction.send_later(token(n).hash(), at(due), outgoing)
    };
    store.write(Size::Small, put).await.unwrap();
}

async fn due(store: &Store, now: i64) -> Vec<(Token, i64)> {
    let due = store.due(at(now), 100).await.unwrap();
    due.into_iter().map(|due| (to_customer(&due.outgoing), due.at.as_second())).collect()
}

fn to_customer(outgoing: &Outgoing) -> Token {
    match outgoing {
        Outgoing::Invitation(mail) => mail.token.clone(),
        Outgoing::Case(_) => panic!("{outgoing:?}"),
    }
}

async fn steps(store: &Store, n: u8) -> Vec<What> {
    let timeline = store.timeline(token(n).hash()).await.unwrap();
    timeline.steps.into_iter().map(|step| step.what).collect()
}

#[tokio::test]
async fn what_is_due_comes_in_its_order_and_nothing_before_its_time() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    for (n, second) in [(1, 300), (2, 100), (3, 200), (4, 1000)] {
        put(&store, n, second).await;
    }
    assert_eq!(due(&store, 99).await, []);
    assert_eq!(due(&store, 300).await, [(token(2), 100), (token(3), 200), (token(1), 300)]);
    assert_eq!(store.due(at(300), 2).await.unwrap().len(), 2);
    assert_eq!(store.next_due(at(0)).await.unwrap(), Some(at(100)));
    assert_eq!(store.next_due(at(300)).await.unwrap(), Some(at(1000)));
    assert_eq!(store.next_due(at(1000)).await.unwrap(), None);
    assert_eq!(store.waiting().await.unwrap(), 4);
}

#[tokio::test]
async fn who_was_thanked_is_not_thanked_again_for_what_was_said_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let thank = async |due: i64| {
        let mail = "thank-you".to_owned();
        let thanks = ToCustomer { token: token(1), mail, kind: Kind::Thanks, since: at(due), tries: 0 };
        let put = move |transaction: &mut Transaction<'_>| {
            transaction.send_later(token(1).hash(), at(due), Outgoing::Invitation(thanks))
        };
        store.write(Size::Small, put).await.unwrap();
    };
    thank(200).await;
    let taken = store.due(at(200), 100).await.unwrap();
    // The score changes while the mail is handed over.
    thank(100).await;
    store.sent(&taken[0], at(201)).await.unwrap();
    assert_eq!(due(&store, 1000).await, []);
    assert_eq!(steps(&store, 1).await, [What::Thanked]);
}

#[tokio::test]
async fn what_was_taken_and_not_reported_is_due_again_after_a_start() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, 1, 100).await;
    put(&store, 2, 100).await;
    let taken = store.due(at(100), 100).await.unwrap();
    store.sent(&taken[0], at(101)).await.unwrap();
    let (sent, lost) = (to_customer(&taken[0].outgoing), to_customer(&taken[1].outgoing));
    store.close();
    drop(store);

    let store = open(directory.path());
    assert_eq!(due(&store, 100).await, [(lost, 100)]);
    let timeline = store.timeline(sent.hash()).await.unwrap();
    assert_eq!(timeline.due, None);
    assert_eq!(timeline.steps, [Step::new(at(0), What::Queued), Step::new(at(101), What::Sent)]);
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_due_later_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, 1, 100).await;
    let taken = store.due(at(100), 1).await.unwrap().remove(0);
    let step = Step::because(at(100), What::Deferred, "451 later");
    store.defer(&taken, at(400), true, step).await.unwrap();
    assert_eq!(due(&store, 399).await, []);
    let again = store.due(at(400), 1).await.unwrap().remove(0);
    assert_eq!((again.outgoing.tries(), again.outgoing.since()), (1, at(100)));
    store.defer(&again, at(500), false, Step::new(at(400), What::Deferred)).await.unwrap();
    assert_eq!(store.due(at(500), 1).await.unwrap()[0].outgoing.tries(), 1, "the server was not reached");
    assert_eq!(store.waiting().await.unwrap(), 1);
    assert_eq!(steps(&store, 1).await, [What::Queued, What::Deferred, What::Deferred]);
}

#[tokio::test]
async fn what_is_given_up_is_not_due_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, 1, 100).await;
    let taken = store.due(at(100), 1).await.unwrap().remove(0);
    store.give_up(&taken, at(100), "550 no such user").await.unwrap();
    assert_eq!(due(&store, 9999).await, []);
    let timeline = store.timeline(token(1).hash()).await.unwrap();
    assert_eq!(timeline.steps[1].detail.as_deref(), Some("550 no such user"));
}

#[tokio::test]
async fn an_invitation_has_one_mail_to_be_sent_at_most() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, 1, 100).await;
    let taken = store.due(at(100), 1).await.unwrap().remove(0);
    put(&store, 1, 200).await;
    assert_eq!(due(&store, 9999).await, [(token(1), 200)]);

    // The one before was under way: its end is not the other's, and it does not come back.
    store.defer(&taken, at(300), true, Step::new(at(100), What::Deferred)).await.unwrap();
    assert_eq!(due(&store, 9999).await, [(token(1), 200)]);
    store.sent(&taken, at(100)).await.unwrap();
    assert_eq!(due(&store, 9999).await, [(token(1), 200)]);
    assert_eq!(store.timeline(token(1).hash()).await.unwrap().due, Some(200_000));
}

#[tokio::test]
async fn who_waits_for_mails_hears_of_one_that_is_put_in() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.something_to_send().await }
    });
    put(&store, 1, 100).await;
    let heard = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    assert!(heard.is_ok_and(|joined| joined.is_ok()));
}

#[tokio::test]
async fn of_who_is_erased_nothing_is_sent_and_nothing_noted() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, 1, 100).await;
    put(&store, 2, 200).await;
    let taken = store.due(at(200), 2).await.unwrap();
    let erase = |transaction: &mut Transaction<'_>| {
        [1, 2].into_iter().try_for_each(|n| transaction.forget_mails(&token(n).hash()))
    };
    store.write::<_, StoreError>(Size::Small, erase).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert!(store.addressee(&taken[0]).await.unwrap().is_none(), "it is not sent any more");
    // What was on its way meanwhile is reported all the same.
    store.sent(&taken[0], at(201)).await.unwrap();
    let put_off = Step::because(at(201), What::Deferred, "451 <jo@example.org> later");
    store.defer(&taken[1], at(300), true, put_off).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 0);
    for n in [1, 2] {
        assert_eq!(store.timeline(token(n).hash()).await.unwrap(), Timeline::default());
    }
}
