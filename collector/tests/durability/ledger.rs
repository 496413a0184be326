//! What was sent and what was acknowledged, and from that, what may be there and what must be.
//!
//! Each customer sends volleys: submissions that are under way at the same time. The next volley follows when every
//! submission of the one before was acknowledged. So what may be there is what the acknowledged volleys made, and then any
//! of the submissions of the current volley in any order, as long as the acknowledged ones are among them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Deserialize;
use uuid::{Builder, Uuid};
use wire::{Answer, Answers, Submission};

/// What the API tells of a response.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) score: Option<usize>,
    pub(super) answers: Answers,
    pub(super) complete: bool,
}

/// What a response should be, by the rules of submissions.
#[derive(Clone, Debug, PartialEq)]
struct Expected {
    answers: Answers,
    complete: bool,
    seen: BTreeMap<String, u32>,
}

/// A submission on its way.
pub(super) struct Shot {
    pub(super) submission: Submission,
    /// How often it is sent at once.
    pub(super) copies: usize,
    pub(super) acknowledged: bool,
}

/// One customer with a link.
pub(super) struct Customer {
    pub(super) id: String,
    volleys: VecDeque<Vec<Shot>>,
    possible: Vec<Option<Expected>>,
    /// The response's id, once it was listed.
    response: Option<String>,
}

/// Every customer, and what went wrong.
#[derive(Default)]
pub(super) struct Ledger {
    waiting: VecDeque<Customer>,
    done: Vec<Customer>,
    /// Submissions acknowledged.
    pub(super) acknowledged: usize,
    /// Submissions refused for now.
    pub(super) refused: usize,
    /// Answers that should never be given.
    pub(super) faults: Vec<String>,
}

impl Expected {
    fn after(before: Option<&Self>, submission: &Submission) -> Self {
        let mut response = before.cloned().unwrap_or_else(|| Self {
            answers: Answers::new(),
            complete: false,
            seen: BTreeMap::new(),
        });
        if response.seen.get(&submission.id).is_some_and(|seen| *seen >= submission.revision) {
            return response;
        }
        response.seen.insert(submission.id.clone(), submission.revision);
        if submission.complete {
            response.answers = Answers::new();
            response.complete = true;
        }
        response.answers.extend(submission.answers.clone());
        response
    }

    fn is(&self, listed: &Listed) -> bool {
        let score = match self.answers.get("nps") {
            Some(Answer::Number(score)) => usize::try_from(*score).ok(),
            _ => None,
        };
        (&self.answers, self.complete, score) == (&listed.answers, listed.complete, listed.score)
    }
}

impl Customer {
    /// A customer who was invited, with a way of answering taken by chance.
    pub(super) fn new(id: String, token: &str, random: &mut fastrand::Rng) -> Self {
        Self { id, volleys: habits(token, random).into(), possible: vec![None], response: None }
    }

    /// What is to be sent now.
    pub(super) fn volley(&mut self) -> Option<&mut Vec<Shot>> {
        let all = |volley: &Vec<Shot>| volley.iter().all(|shot| shot.acknowledged);
        if self.volleys.front().is_some_and(all) {
            self.possible = self.outcomes();
            self.volleys.pop_front();
        }
        self.volleys.front_mut()
    }

    fn outcomes(&self) -> Vec<Option<Expected>> {
        let under_way: Vec<&Shot> = self.volleys.front().into_iter().flatten().collect();
        let mut found = Vec::new();
        for start in &self.possible {
            extend(start.clone(), &under_way, &mut found);
        }
        found
    }

    /// Compares what is there with what may be. From now on only that may be there.
    fn check(&mut self, listed: Option<&Listed>) -> Result<(), String> {
        let outcomes = self.outcomes();
        let fits = |outcome: &Option<Expected>| match (outcome, listed) {
            (None, None) => true,
            (Some(outcome), Some(listed)) => outcome.is(listed),
            _ => false,
        };
        self.possible = outcomes.iter().filter(|outcome| fits(outcome)).cloned().collect();
        if self.possible.is_empty() {
            let what = format!("{listed:?}, where one of these was expected: {outcomes:?}");
            // Comments can be long.
            let start: String = what.chars().take(600).collect();
            return Err(format!("{}: there is {start}", self.id));
        }
        if let Some(listed) = listed {
            let first = self.response.get_or_insert_with(|| listed.id.clone());
            if *first != listed.id {
                return Err(format!("{}: the response {first} became {}", self.id, listed.id));
            }
        }
        Ok(())
    }
}

fn extend(state: Option<Expected>, under_way: &[&Shot], found: &mut Vec<Option<Expected>>) {
    if under_way.iter().all(|shot| !shot.acknowledged) && !found.contains(&state) {
        found.push(state.clone());
    }
    for (i, shot) in under_way.iter().enumerate() {
        let others = [&under_way[..i], &under_way[i + 1..]].concat();
        extend(Some(Expected::after(state.as_ref(), &shot.submission)), &others, found);
    }
}

impl Ledger {
    /// Somebody who has something to send.
    pub(super) fn take(&mut self) -> Option<Customer> {
        self.waiting.pop_front()
    }

    /// Back from sending. Whoever was interrupted goes on before anybody new.
    pub(super) fn put(&mut self, mut customer: Customer) {
        if customer.volley().is_some() {
            self.waiting.push_front(customer);
        } else {
            self.done.push(customer);
        }
    }

    /// Was invited just now.
    pub(super) fn add(&mut self, customer: Customer) {
        self.waiting.push_back(customer);
    }

    /// How many have something to send.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many were invited.
    pub(super) fn invited(&self) -> usize {
        self.waiting.len() + self.done.len()
    }

    /// Compares everything that is there with everything that may be. What is wrong is among the faults.
    pub(super) fn check(&mut self, listed: &[Listed]) {
        let mut by_customer: HashMap<&str, &Listed> = HashMap::new();
        for response in listed {
            if by_customer.insert(&response.customer, response).is_some() {
                self.faults.push(format!("{}: counted twice", response.customer));
            }
        }
        for customer in self.waiting.iter_mut().chain(&mut self.done) {
            let listed = by_customer.remove(customer.id.as_str());
            self.faults.extend(customer.check(listed).err());
        }
        self.faults.extend(by_customer.keys().map(|id| format!("{id}: never sent anything")));
    }
}

/// The ways in which people and networks send answers.
fn habits(token: &str, random: &mut fastrand::Rng) -> Vec<Vec<Shot>> {
    let habit = random.u8(..10);
    let [one, other] = [random.u128(..), random.u128(..)];
    let mut send = |id: u128, revision, complete, what: &str| Shot {
        submission: Submission {
            id: uuid(id).to_string(),
            revision,
            survey: "durable".into(),
            token: token.into(),
            complete,
            answers: what.split(' ').map(|question| answer(question, random)).collect(),
            ..Submission::default()
        },
        copies: 1,
        acknowledged: false,
    };
    let score = send(one, 0, false, "nps");
    let finished = send(one, 1, true, "nps why");
    let twice = |shot| Shot { copies: 2, ..shot };
    let again = |shot: &Shot| Shot { submission: shot.submission.clone(), ..*shot };
    match habit {
        // Two tabs, or two devices, with one link.
        0 => {
            let begun = send(other, 0, false, "nps");
            vec![vec![score, begun], vec![finished, send(other, 1, true, "nps why")]]
        }
        // The comment before the score.
        1 => vec![vec![send(one, 0, false, "why")], vec![send(one, 1, false, "nps")]],
        // Never finished.
        2 => vec![vec![score]],
        // A double click.
        3 => vec![vec![twice(score)], vec![twice(finished)]],
        // The second may overtake the first.
        4 => vec![vec![score, finished]],
        // Thinks again; and something on the way delivers the first one once more, late.
        5 => {
            let late = again(&score);
            let other_words = send(one, 2, true, "nps why");
            vec![vec![score], vec![finished], vec![other_words], vec![late]]
        }
        _ => vec![vec![score], vec![finished]],
    }
}

fn uuid(random: u128) -> Uuid {
    Builder::from_random_bytes(random.to_be_bytes()).into_uuid()
}

fn answer(question: &str, random: &mut fastrand::Rng) -> (String, Answer) {
    let answer = if question == "nps" {
        Answer::Number(random.i64(0..=10))
    } else {
        // Mostly a sentence, now and then a page.
        let most = if random.u8(..) < 20 { 4000 } else { 150 };
        let length = random.usize(1..most);
        Answer::Text(std::iter::repeat_with(|| random.alphanumeric()).take(length).collect())
    };
    (question.into(), answer)
}
