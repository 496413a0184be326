//! Whatever happens, memory says what the disk says.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;
use wire::{Answer, Score, Submission, Survey};

use super::super::{Invited, LastScore, Lookup, Options, RecordError, Store, patiently};
use super::Found;
use crate::domain::customers::Customer;
use crate::domain::erasures::Erasure;
use crate::domain::invitations::Invitation;
use crate::domain::responses::Checked;
use crate::domain::secrets::Token;

const CUSTOMERS: u8 = 4;
const ADDRESSES: u8 = 3;

/// What can happen.
#[derive(Clone, Debug)]
enum Step {
    /// A customer is invited, with an address perhaps.
    Invite { customer: u8, email: Option<u8>, phone: Option<u8> },
    /// By one of the invitations so far, an answer is begun or changed, completed or not.
    Answer { invitation: usize, score: Option<u8>, comment: usize, complete: bool },
    /// A customer is erased; the scores stay as nobody's, or do not.
    Erase { customer: u8, keep_scores: bool },
    /// The collector is stopped and started.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let address = || prop::option::of(0..ADDRESSES);
    // None, short ones, and two too long for memory.
    let comment = prop::sample::select(vec![0, 0, 1, 5, 512, 513, 600]);
    prop_oneof![
        4 => (0..CUSTOMERS, address(), address()).prop_map(|(customer, email, phone)| Step::Invite { customer, email, phone }),
        8 => (any::<usize>(), prop::option::weighted(0.8, 0u8..11), comment, any::<bool>())
            .prop_map(|(invitation, score, comment, complete)| Step::Answer { invitation, score, comment, complete }),
        1 => (0..CUSTOMERS, any::<bool>()).prop_map(|(customer, keep_scores)| Step::Erase { customer, keep_scores }),
        1 => Just(Step::Restart),
    ]
}

fn survey() -> Survey {
    serde_json::from_value(serde_json::json!({
        "id": "s", "page": "https://x.example", "languages": ["en"], "edit_minutes": 60,
        "questions": [
            {"id": "nps", "kind": "nps", "text": {"en": "?"}},
            {"id": "why", "kind": "comment", "text": {"en": "?"}}
        ],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

fn email(n: u8) -> String {
    format!("a{n}@company.example")
}

fn phone(n: u8) -> String {
    format!("+4930123456{n}")
}

struct Running {
    directory: tempfile::TempDir,
    store: Option<Store>,
    tokens: Vec<Token>,
    revision: u32,
}

impl Running {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut running = Self { directory, store: None, tokens: Vec::new(), revision: 0 };
        running.start();
        running.store().push_survey(survey()).await.unwrap();
        running
    }

    fn start(&mut self) {
        let options = Options::for_test(self.directory.path());
        self.store = Some(patiently(|| Store::open(&options, Box::new(|_| {}))));
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Invite { customer, email: with_email, phone: with_phone } => {
                let token = Token::from_random(*Uuid::new_v4().as_bytes());
                self.tokens.push(token.clone());
                let customer: crate::domain::names::CustomerId = format!("C-{customer}").parse().unwrap();
                let invitation = Invitation {
                    customer: Some(customer),
                    ..Invitation::for_test(Timestamp::UNIX_EPOCH, Timestamp::from_second(1_000_000).unwrap())
                };
                let customer =
                    Customer { email: with_email.map(email), phone: with_phone.map(phone), first_name: None };
                self.store()
                    .invite(vec![Invited { token, invitation, customer, mailing: None }])
                    .await
                    .unwrap();
            }
            Step::Answer { .. } if self.tokens.is_empty() => {}
            Step::Answer { invitation, score, comment, complete } => {
                self.revision += 1;
                let token = self.tokens[invitation % self.tokens.len()].clone();
                let score = score.map(|score| Score::try_from(score).unwrap());
                let mut answers = wire::Answers::new();
                if let Some(score) = score {
                    answers.insert("nps".to_owned(), Answer::Number(score.get().into()));
                }
                if *comment > 0 {
                    answers.insert("why".to_owned(), Answer::Text("x".repeat(*comment)));
                }
                let id = Uuid::new_v4();
                let submission = Submission {
                    id: id.to_string(),
                    survey: "s".into(),
                    answers,
                    complete: *complete,
                    ..Submission::default()
                };
                let channel = crate::domain::visits::Channel::Link;
                let checked =
                    Checked { submission, id, response: id, version: 1, score, channel, device: None };
                let survey = self.store().catalog().survey("s").unwrap();
                let now = Timestamp::from_second(i64::from(self.revision)).unwrap();
                match self.store().record(token.hash(), None, checked, Arc::clone(&survey), now).await {
                    Ok(_) | Err(RecordError::UnknownToken) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            Step::Erase { customer, keep_scores } => {
                let customer = format!("C-{customer}").parse().unwrap();
                let how = Erasure { keep_scores: *keep_scores, ..Erasure::default() };
                self.store().erase(customer, how).await.unwrap();
            }
            Step::Restart => {
                let store = self.store.take().unwrap();
                store.close();
                drop(store);
                self.start();
            }
        }
    }

    /// What memory says; nothing where it leaves the answer to the disk.
    fn in_memory(&self, lookup: &Lookup) -> Option<Option<LastScore>> {
        let last_scores = &self.store().0.last_scores;
        match last_scores.is_complete().then(|| last_scores.find(lookup.clone()))? {
            Found::Nobody => Some(None),
            Found::Customer(found) => Some(Some(found)),
            Found::OnDisk(_) => None,
        }
    }

    /// Waits until everything stored has been read.
    async fn filled(&self) {
        let nobody = Lookup::Id("nobody".parse().unwrap());
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while self.in_memory(&nobody).is_none() {
            assert!(std::time::Instant::now() < deadline, "memory is never filled");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn lookups() -> Vec<Lookup> {
    let ids = (0..=CUSTOMERS).map(|n| Lookup::Id(format!("C-{n}").parse().unwrap()));
    let emails = (0..=ADDRESSES).map(|n| Lookup::Email(email(n)));
    ids.chain(emails).chain((0..=ADDRESSES).map(|n| Lookup::Phone(phone(n)))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_disk_say_the_same(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut running = Running::new().await;
            for step in &steps {
                running.take(step).await;
                for lookup in lookups() {
                    let on_disk = running.store().last_score_on_disk(lookup.clone()).await.unwrap();
                    if let Some(in_memory) = running.in_memory(&lookup) {
                        prop_assert_eq!(&in_memory, &on_disk, "after {:?}, by {:?}", step, &lookup);
                    }
                    // Whoever asks gets it, wherever it comes from.
                    let answer = running.store().last_score(lookup).await.unwrap();
                    prop_assert_eq!(answer, on_disk);
                }
            }
            // At the end, most of it must come from memory: only long comments and lost scores are left to the disk.
            running.take(&Step::Restart).await;
            running.filled().await;
            for lookup in lookups() {
                let on_disk = running.store().last_score_on_disk(lookup.clone()).await.unwrap();
                let is_long = on_disk.as_ref().and_then(|found| found.last.as_ref()?.comment.as_ref()).is_some_and(|comment| comment.len() > 512);
                match running.in_memory(&lookup) {
                    Some(in_memory) => prop_assert_eq!(in_memory, on_disk),
                    None => prop_assert!(is_long, "{:?} is not in memory", lookup),
                }
            }
            running.store().close();
            Ok(())
        })?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_while_memory_is_filled_is_not_lost_to_what_was_there() {
    let mut running = Running::new().await;
    for n in 0..200 {
        running.take(&Step::Invite { customer: n % 100, email: Some(n % 50), phone: None }).await;
        let answer = Step::Answer { invitation: n.into(), score: Some(3), comment: 0, complete: false };
        running.take(&answer).await;
    }
    running.take(&Step::Restart).await;
    for n in 0..200 {
        running.take(&Step::Answer { invitation: n, score: Some(9), comment: 5, complete: true }).await;
    }
    running.filled().await;
    for n in 0..100u8 {
        let lookup = Lookup::Id(format!("C-{n}").parse().unwrap());
        let found = running.in_memory(&lookup).unwrap().unwrap();
        assert_eq!(found.last.unwrap().score.get(), 9);
        assert_eq!(found.previous.unwrap().score.get(), 9);
    }
    running.store().close();
}
