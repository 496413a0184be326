//! A store that things happen to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;
use wire::{Answer, Answers, Submission, Survey, rules};

use crate::domain::customers::Customer;
use crate::domain::invitations::Invitation;
use crate::domain::organisation::Organisation;
use crate::domain::phones::Phones;
use crate::domain::query::{Calendar, Dimension};
use crate::domain::responses::Checked;
use crate::domain::secrets::Token;
use crate::domain::visits::{Channel, Device};
use crate::facts::{Ask, BadQuery, Counted, Facts, Measure, Query, Rest, Table, Top};
use crate::snapshot::{Opened, keeper, open, path, sheets, telling};
use crate::store::{Invited, Opening, Options, Store, patiently};
use crate::verify::{Report, Verifier};

/// 2026-03-28T00:00:00Z.
const START: i64 = 1_774_656_000;

fn survey() -> Survey {
    serde_json::from_value(serde_json::json!({
        "id": "s", "languages": ["en"], "edit_minutes": 1_000_000,
        "questions": [
            {"id": "nps", "kind": "nps", "text": {}},
            {"id": "care", "kind": "rating", "text": {}},
            {"id": "why", "kind": "comment", "text": {}}
        ],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Some customers are invited, each with an attribute.
    Invite(Vec<(u8, u16)>),
    /// One who was invited answers, once more perhaps.
    Answer { who: prop::sample::Index, score: Option<u8>, care: Option<u8>, complete: bool, day: u8 },
    /// A snapshot is written; whether what nobody needs any more is forgotten.
    Snapshot { trim: bool },
    /// Sheets are written: all that must be, or only so many.
    Sheets(usize),
    /// The snapshot is damaged: cut off, changed, gone, or an older one.
    Damage(Damage),
    /// The store is closed and opened.
    Restart,
}

#[derive(Clone, Debug)]
pub(crate) enum Damage {
    CutOff(prop::sample::Index),
    Changed(prop::sample::Index, u8),
    Gone,
    Older,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let index = || any::<prop::sample::Index>();
    let damage = prop_oneof![
        index().prop_map(Damage::CutOff),
        (index(), 1u8..).prop_map(|(place, by)| Damage::Changed(place, by)),
        Just(Damage::Gone),
        Just(Damage::Older),
    ];
    prop_oneof![
        3 => prop::collection::vec((0u8..6, 0u16..400), 1..8).prop_map(Step::Invite),
        8 => (index(), prop::option::weighted(0.9, 0u8..11), prop::option::of(1u8..6), any::<bool>(), 0u8..90)
            .prop_map(|(who, score, care, complete, day)| Step::Answer { who, score, care, complete, day }),
        2 => any::<bool>().prop_map(|trim| Step::Snapshot { trim }),
        2 => prop_oneof![Just(usize::MAX), 0usize..2].prop_map(Step::Sheets),
        2 => damage.prop_map(Step::Damage),
        2 => Just(Step::Restart),
    ]
}

pub(crate) fn options(directory: &Path) -> Options {
    let directory = directory.to_owned();
    Options {
        events_kept: jiff::SignedDuration::from_hours(24),
        directory,
        cache_bytes: 16 << 20,
        min_free_bytes: 0,
        min_free_percent: 0,
        queue: 64,
        phones: Phones::default(),
    }
}

/// A store that is open, and those who were invited.
pub(crate) struct World {
    opened: Option<Opened>,
    pub(crate) directory: tempfile::TempDir,
    pub(crate) survey: Arc<Survey>,
    pub(crate) tokens: Vec<(u8, Token)>,
    older: Option<Vec<u8>>,
    made: u64,
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let opened = open(&options(directory.path())).unwrap();
        opened.store.push_survey(survey()).await.unwrap();
        let survey = opened.store.catalog().survey("s").unwrap();
        Self { opened: Some(opened), directory, survey, tokens: Vec::new(), older: None, made: 0 }
    }

    pub(crate) fn opened(&self) -> &Opened {
        self.opened.as_ref().unwrap()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.opened().store
    }

    pub(crate) fn path(&self) -> PathBuf {
        path(self.directory.path())
    }

    pub(crate) async fn invite(&mut self, who: &[(u8, u16)]) {
        let mut invited = Vec::new();
        for (customer, region) in who {
            self.made += 1;
            let token = Token::from_random(u128::from(self.made).to_be_bytes());
            let at = moment(i64::from(*region % 90));
            let invitation = Invitation {
                customer: Some(format!("C-{customer}").parse().unwrap()),
                agent: Some(format!("a{}", region % 3).parse().unwrap()),
                first_name: Some("Ada".into()),
                attributes: BTreeMap::from([
                    ("region".into(), format!("r{region}")),
                    ("contract".into(), format!("of C-{customer}")),
                    (format!("care_of_{customer}"), "yes".into()),
                ]),
                ..Invitation::for_test(at, moment(1000))
            };
            self.tokens.push((*customer, token.clone()));
            let email = Some(format!("{customer}@example.org"));
            invited.push(Invited {
                token,
                invitation,
                customer: Customer { email, ..Customer::default() },
                mailing: None,
            });
        }
        self.store().invite(invited).await.unwrap();
    }

    pub(crate) async fn answer(
        &mut self,
        token: &Token,
        score: Option<u8>,
        care: Option<u8>,
        complete: bool,
        day: u8,
    ) {
        let mut answers = Answers::new();
        let numbers = [("nps", score), ("care", care)];
        answers.extend(
            numbers.into_iter().filter_map(|(id, n)| Some((id.to_owned(), Answer::Number(n?.into())))),
        );
        answers.extend([("why".to_owned(), Answer::Text("I am Ada".into()))]);
        self.made += 1;
        let id = Uuid::from_u128(self.made.into());
        let score = rules::score(&self.survey.questions, &answers);
        let submission =
            Submission { id: id.to_string(), survey: "s".into(), complete, answers, ..Submission::default() };
        let checked = Checked {
            submission,
            id,
            response: id,
            version: 1,
            score,
            channel: Channel::Link,
            device: Some(Device::Phone),
        };
        let (survey, now) = (Arc::clone(&self.survey), moment(day.into()));
        self.store().record(token.hash(), None, checked, survey, now).await.unwrap();
    }

    /// The store's files are let go when nobody has it any more.
    pub(crate) fn close(&mut self) {
        if let Some(opened) = self.opened.take() {
            opened.store.close();
        }
    }

    pub(crate) fn restart(&mut self) {
        self.close();
        self.opened = Some(patiently(|| open(&options(self.directory.path()))));
    }

    pub(crate) async fn step(&mut self, step: &Step) {
        match step {
            Step::Invite(who) => self.invite(who).await,
            Step::Answer { who, score, care, complete, day } if !self.tokens.is_empty() => {
                let (_, token) = who.get(&self.tokens).clone();
                self.answer(&token, *score, *care, *complete, *day).await;
            }
            Step::Answer { .. } => {}
            Step::Snapshot { trim } => {
                self.older = fs::read(self.path()).ok().or(self.older.take());
                let Opened { store, facts, .. } = self.opened();
                let (store, facts, path) = (store.clone(), Arc::clone(facts), self.path());
                let trim = *trim;
                let written = move || {
                    let (of, _) = keeper::write(&store, &facts, &path).unwrap();
                    if trim {
                        store.trim(of.mark).unwrap();
                    }
                };
                tokio::task::spawn_blocking(written).await.unwrap();
            }
            Step::Sheets(most) => {
                self.sheets(*most).await;
            }
            Step::Damage(damage) => self.damage(damage),
            Step::Restart => self.restart(),
        }
    }

    /// Writes the sheets that have changed, at most so many; says whether that were all.
    pub(crate) async fn sheets(&self, most: usize) -> bool {
        let (store, facts) = (self.store().clone(), Arc::clone(&self.opened().facts));
        let asked = AtomicUsize::new(0);
        let stopping = move || asked.fetch_add(1, Ordering::Relaxed) >= most;
        let writing = tokio::task::spawn_blocking(move || sheets::write(&store, &facts, stopping).unwrap());
        writing.await.unwrap().is_some()
    }

    fn damage(&self, damage: &Damage) {
        let Ok(mut bytes) = fs::read(self.path()) else { return };
        match damage {
            Damage::CutOff(place) => bytes.truncate(place.index(bytes.len())),
            Damage::Changed(place, by) => {
                let place = place.index(bytes.len());
                bytes[place] ^= by;
            }
            Damage::Gone => return fs::remove_file(self.path()).unwrap(),
            Damage::Older => bytes = self.older.clone().unwrap_or(bytes),
        }
        fs::write(self.path(), bytes).unwrap();
    }

    /// The facts as a count of everything there is has them. The store is closed for that.
    pub(crate) fn counted_anew(&mut self) -> Facts {
        self.close();
        let facts = Arc::<Facts>::default();
        let opening = patiently(|| Opening::begin(&options(self.directory.path())));
        opening.tell_all(&telling(&facts)).unwrap();
        Arc::into_inner(facts).unwrap()
    }
}

pub(crate) fn moment(day: i64) -> Timestamp {
    Timestamp::from_second(START + day * 86_400 + 7).unwrap()
}

/// What facts answer to some questions.
pub(crate) fn answers(facts: &Facts) -> Vec<Result<Counted, BadQuery>> {
    let organisation = Organisation::default();
    let mut all = Vec::new();
    for table in [Table::Responses, Table::Invitations] {
        for by in [
            "survey",
            "agent",
            "attribute.region",
            "attribute.contract",
            "answer.care",
            "answer.why",
            "score",
            "complete",
            "attribute.device",
        ] {
            for every in [None, Some(Calendar::Month)] {
                for measure in [Measure::Score, Measure::Answer("care".into())] {
                    for top in [None, Some(Top { groups: 3, rest: Rest::ByNumber })] {
                        let (by, measure) = (vec![Dimension::read(by).unwrap()], measure.clone());
                        let ask = Ask { table, by, every, measure, top, most: 10_000, ..Ask::default() };
                        all.push(facts.count(&ask, &organisation));
                    }
                }
            }
        }
    }
    all
}

pub(crate) fn rows(facts: &Facts) -> Vec<u64> {
    facts.find(&Query::default(), 0, usize::MAX, &Organisation::default()).unwrap()
}

pub(crate) fn same(facts: &Facts, others: &Facts) -> Result<(), TestCaseError> {
    prop_assert_eq!(facts.len(), others.len());
    prop_assert_eq!(rows(facts), rows(others));
    for (one, other) in answers(facts).into_iter().zip(answers(others)) {
        prop_assert_eq!(one, other);
    }
    Ok(())
}

/// What a verification of the open store comes to.
pub(crate) async fn verified(world: &World) -> Report {
    let verifier = Verifier::default();
    verifier.begin(world.store().clone(), Arc::clone(&world.opened().facts)).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let state = verifier.state().unwrap();
        if !state.running {
            return state.report.unwrap_or_else(|| panic!("{:?}", state.failed));
        }
        assert!(Instant::now() < deadline, "it never ends");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
