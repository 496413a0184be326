//! What is asked at once, by several ways, over a store on the disk.

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::domain::asking::{Interaction, locate};
use crate::domain::erasures::Erasure;
use crate::domain::limits::Limits;
use crate::domain::organisation::Organisation;
use crate::domain::outbox::{Kind, Outgoing};
use crate::domain::phones::Phones;
use crate::store::disk::Disk;
use crate::store::{Leave, Options, patiently};

const SEED: Seed = Seed([3; 32]);

fn survey() -> Arc<Survey> {
    Arc::new(
        serde_json::from_value(json!({
            "id": "support", "page": "https://x.example", "languages": ["en"], "questions": [], "invitation_days": 7,
            "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
        }))
        .unwrap(),
    )
}

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn document(rest: &str) -> Asking {
    toml::from_str(&format!("[[rule]]\nname = \"r\"\nsurvey = \"support\"\n{rest}")).unwrap()
}

fn case(id: Option<&str>, customer: &str) -> Case {
    let interaction = Interaction {
        id: id.map(str::to_owned),
        customer: customer.to_owned(),
        email: Some(format!("{customer}@x.example")),
        ..Interaction::default()
    };
    let mut accepted = [interaction.accept(&Limits::default(), Phones::default()).unwrap()];
    locate(&mut accepted, &Organisation::default(), noon());
    let [interaction] = accepted;
    let random = || Token::from_random(crate::domain::secrets::random().unwrap());
    let token = interaction.id.as_ref().map_or_else(random, |id| SEED.token(id));
    Case { interaction, token }
}

fn invited(customer: &str, now: Timestamp) -> Invited {
    let Case { interaction, token } = case(None, customer);
    let customer = interaction.known().clone();
    Invited { token, invitation: interaction.invitation(&survey(), now, now), customer, mailing: None }
}

async fn interact(store: &Store, cases: Vec<Case>, now: Timestamp, only_try: bool) -> Vec<Outcome> {
    let in_force = store.catalog().asking().unwrap();
    let asker = Asker::new(Arc::clone(&in_force.document), &Organisation::default(), in_force.seed, 0, now);
    let surveys = BTreeMap::from([("support".to_owned(), survey())]);
    store.interact(cases, asker, surveys, only_try.then(Before::default)).await.unwrap()
}

fn is_asked(outcome: &Outcome) -> bool {
    matches!(outcome.decision, Decision::Invited(_))
}

fn open(directory: &std::path::Path) -> Store {
    let options = Options { queue: 256, ..Options::for_test(directory) };
    patiently(|| Store::open(&options, Box::new(|_| {})))
}

/// A store whose customer `C-1` was asked, and took leave.
async fn left(directory: &std::path::Path) -> Store {
    let store = open(directory);
    store.push_asking(document(""), SEED).await.unwrap();
    interact(&store, vec![case(Some("I-1"), "C-1")], noon(), false).await;
    let token = SEED.token(&"I-1".parse().unwrap()).hash();
    store.leave(token, Leave::All, noon()).await.unwrap();
    store
}

#[tokio::test]
async fn of_many_ways_at_once_one_asks() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store.push_asking(document("[quiet]\ndays = 30"), SEED).await.unwrap();
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let store = store.clone();
            let customer = format!("C-{}", n % 3);
            tokio::spawn(async move {
                let asked = if n % 2 == 0 {
                    let outcomes =
                        interact(&store, vec![case(None, &customer), case(None, &customer)], noon(), false)
                            .await;
                    outcomes.iter().filter(|outcome| is_asked(outcome)).count()
                } else {
                    let skipped = store.invite(vec![invited(&customer, noon())]).await.unwrap();
                    skipped.iter().filter(|made| made.is_ok()).count()
                };
                (customer, asked)
            })
        })
        .collect();
    let mut asked = BTreeMap::<String, usize>::new();
    for task in tasks {
        let (customer, n) = task.await.unwrap();
        *asked.entry(customer).or_default() += n;
    }
    assert_eq!(asked.into_values().collect::<Vec<_>>(), [1, 1, 1]);
    store.close();
}

#[tokio::test]
async fn an_interaction_told_again_gets_the_answer_of_the_first_time_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store.push_asking(document("[quiet]\ndays = 30\n"), SEED).await.unwrap();
    let tell = async |store: &Store, day: i64| {
        let now = noon() + SignedDuration::from_hours(24 * day);
        interact(store, vec![case(Some("I-1"), "C-1"), case(Some("I-2"), "C-1")], now, false).await
    };
    let first = tell(&store, 0).await;
    assert!(is_asked(&first[0]) && !is_asked(&first[1]) && !first[0].duplicate);
    store.close();
    drop(store);
    let store = open(directory.path());
    for day in [0, 1, 29, 30] {
        let again = tell(&store, day).await;
        assert!(again.iter().all(|outcome| outcome.duplicate), "{day}");
        assert_eq!(again[0].decision, first[0].decision);
        assert_eq!(again[1].decision, first[1].decision);
        assert_eq!(again[0].expires_at, first[0].expires_at);
    }
    let customer: CustomerId = "C-1".parse().unwrap();
    let made = store.invitations_of(customer).await.unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].0, SEED.token(&"I-1".parse().unwrap()).hash(), "the link can be told again");
    assert!(tell(&store, 90).await.iter().all(|outcome| !outcome.duplicate), "long ago");
    store.close();
}

#[tokio::test]
async fn trying_keeps_nothing_and_says_what_would_be() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store
        .push_asking(
            document("mail = \"ask\"\n[quiet]\ndays = 30\n[[quota]]\nname = \"q\"\nper_day = 2"),
            SEED,
        )
        .await
        .unwrap();
    let cases = || vec![case(Some("I-1"), "C-1"), case(None, "C-1"), case(None, "C-2"), case(None, "C-3")];
    let codes = |outcomes: Vec<Outcome>| -> Vec<&'static str> {
        let code = |outcome: &Outcome| match &outcome.decision {
            Decision::Invited(_) => "asked",
            Decision::Skipped(skip) => skip.code(),
        };
        outcomes.iter().map(code).collect()
    };
    let expected = ["asked", "asked_recently", "asked", "quota_used_up"];
    assert_eq!(codes(interact(&store, cases(), noon(), true).await), expected);
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert!(store.invitations_of("C-1".parse().unwrap()).await.unwrap().is_empty());
    assert_eq!(codes(interact(&store, cases(), noon(), false).await), expected);
    assert_eq!(store.waiting().await.unwrap(), 2, "two mails are to be sent");
    store.close();
}

#[tokio::test]
async fn who_takes_leave_is_sent_nothing_and_asked_by_no_way_until_coming_back() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store.push_asking(document("mail = \"ask\"\ndelay = \"1h\""), SEED).await.unwrap();
    let asked = async |customer: &str| {
        is_asked(&interact(&store, vec![case(None, customer)], noon(), false).await[0])
    };
    assert!(is_asked(&interact(&store, vec![case(Some("I-1"), "C-1")], noon(), false).await[0]));
    let token = SEED.token(&"I-1".parse().unwrap()).hash();
    for (leave, elsewhere) in [(Leave::Survey, true), (Leave::All, false)] {
        assert_eq!(store.leave(token, leave, noon()).await.unwrap().as_deref(), Some("support"));
        assert_eq!(store.waiting().await.unwrap(), 0, "the mail that waited is taken back");
        assert!(!asked("C-1").await);
        let skipped = store.invite(vec![invited("C-1", noon())]).await.unwrap();
        assert_eq!(skipped[0].as_ref().err().map(Skip::code), Some("unsubscribed"));
        let view = |survey: &str| {
            let address = Address::Email("c-1@x.example".into());
            let survey = survey.to_owned();
            store.read(move |disk| Transaction::new(disk, 0).suppression(&address, &survey))
        };
        assert_eq!(view("other").await.unwrap().is_none(), elsewhere);
        assert_eq!(store.leave(token, Leave::Undo, noon()).await.unwrap().as_deref(), Some("support"));
        assert_eq!(store.suppressions(Vec::new(), 10).await.unwrap(), []);
    }
    assert!(asked("C-1").await);
    store.close();
}

#[tokio::test]
async fn who_took_leave_is_not_asked_after_a_restart_neither_at_once_nor_when_everything_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let store = left(directory.path()).await;
    store.close();
    drop(store);
    let store = open(directory.path());
    let mut read_before = false;
    while !read_before {
        read_before = store.has_last_scores();
        let asked = interact(&store, vec![case(None, "C-1"), case(None, "C-2")], noon(), false).await;
        assert_eq!(asked.iter().map(is_asked).collect::<Vec<_>>(), [false, true]);
    }
    store.close();
}

#[tokio::test]
async fn who_has_not_answered_is_reminded_once_the_mail_before_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store
        .push_asking(document("mail = \"invitation\"\n[reminders]\nmost = 2\nafter_days = 3"), SEED)
        .await
        .unwrap();
    interact(&store, vec![case(Some("I-1"), "C-1"), case(Some("I-2"), "C-2")], noon(), false).await;
    let day = |n: i64| noon() + SignedDuration::from_hours(24 * n);
    let send_all = async |now: Timestamp| {
        let due = store.due(now, 10).await.unwrap();
        for due in &due {
            store.sent(due, now).await.unwrap();
        }
        due.into_iter()
            .map(|due| match due.outgoing {
                Outgoing::Invitation(mail) => (mail.kind, mail.mail),
                Outgoing::Case(mail) => panic!("{mail:?}"),
            })
            .collect::<Vec<_>>()
    };
    let of = |kind: Kind, n: usize| vec![(kind, "invitation".to_owned()); n];
    assert_eq!(send_all(day(0)).await, of(Kind::Invitation, 2));
    assert_eq!(send_all(day(2)).await, []);
    // One takes leave: only the other is reminded.
    store.leave(SEED.token(&"I-2".parse().unwrap()).hash(), Leave::All, day(2)).await.unwrap();
    assert_eq!(send_all(day(3)).await, of(Kind::Reminder(1), 1));
    assert_eq!(send_all(day(6)).await, of(Kind::Reminder(2), 1));
    assert_eq!(store.waiting().await.unwrap(), 0, "no third one");
    store.close();
}

/// A mail that waits, of a customer who is put on the list meanwhile.
#[tokio::test]
async fn whom_a_mail_is_for_is_looked_up_again_when_it_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store.push_asking(document("mail = \"invitation\""), SEED).await.unwrap();
    interact(&store, vec![case(None, "C-1")], noon(), false).await;
    let due = store.due(noon(), 10).await.unwrap().remove(0);
    assert!(!store.addressee(&due).await.unwrap().unwrap().suppressed);
    let address = Address::Email("c-1@x.example".into());
    let entry = Suppression {
        address: None,
        kind: "email".into(),
        survey: Some("support".into()),
        reason: crate::domain::suppressions::Reason::Bounced,
        at: noon(),
    };
    store.suppress(vec![(address.hash(), entry)]).await.unwrap();
    assert!(store.addressee(&due).await.unwrap().unwrap().suppressed);
    store.close();
}

#[tokio::test]
async fn of_an_erased_customer_the_list_keeps_a_hash() {
    let directory = tempfile::tempdir().unwrap();
    let store = left(directory.path()).await;
    store.erase("C-1".parse().unwrap(), Erasure::default()).await.unwrap();
    let listed = store.suppressions(Vec::new(), 10).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|(_, entry)| entry.address.is_none()));
    assert!(!is_asked(&interact(&store, vec![case(None, "C-1")], noon(), false).await[0]));
    store.close();
}

#[tokio::test]
async fn an_interaction_told_again_asks_nobody_who_was_erased_since() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    store.push_asking(document(""), SEED).await.unwrap();
    let tell = async || interact(&store, vec![case(Some("I-1"), "C-1")], noon(), false).await.remove(0);
    let first = tell().await;
    for keep_scores in [false, true] {
        store.erase("C-1".parse().unwrap(), Erasure { keep_scores, ..Erasure::default() }).await.unwrap();
        assert_eq!(tell().await, Outcome { duplicate: true, ..first.clone() });
    }
    assert!(store.invitations_of("C-1".parse().unwrap()).await.unwrap().is_empty());
    store.close();
}

#[test]
fn what_is_needed_no_more_is_removed_a_little_with_each_write() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
    let counted = |day: i8| Counted { quota: "q".into(), of: String::new(), day: date(2026, 2, day) };
    let id = |n: i32| format!("I-{n}").parse().unwrap();
    let mut batch = sled::Batch::default();
    for day in 1..=28 {
        batch.insert(keys::counter(&counted(day)), super::super::codec::encode(&Counter::default()).unwrap());
    }
    let now = generation(noon());
    for (n, generation) in [(1, now), (2, now - 1), (3, now - 2), (4, now - 9)] {
        batch.insert(keys::interaction(generation, keys::interaction_hash(&id(n))), &[0xc0][..]);
    }
    disk.commit(batch).unwrap();
    let mut transaction = Transaction::new(&disk, 0);
    transaction.tidy(noon(), 20).unwrap();
    transaction.end_job(true);
    let left = |transaction: &Transaction<'_>, prefix: &[u8]| transaction.keys(prefix).unwrap().len();
    assert_eq!((left(&transaction, keys::COUNTERS), left(&transaction, keys::INTERACTIONS)), (8, 2));
    // The last days that it may still be somewhere: the second of March is a Monday, and three days before it a Friday.
    transaction.tidy(noon(), 40).unwrap();
    assert_eq!(transaction.keys(keys::COUNTERS).unwrap(), [27, 28].map(|day| keys::counter(&counted(day))));
}
