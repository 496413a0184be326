//! Directories that were worked with: the example's survey, customers with a score, invitations to be answered.
//!
//! Filled through the store itself, in this process, before the collector is started over them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use hearback::domain::access::Scope;
use hearback::domain::customers::Customer;
use hearback::domain::invitations::InvitationRequest;
use hearback::domain::limits::Limits;
use hearback::domain::mails::BUILT_IN;
use hearback::domain::organisation::Organisation;
use hearback::domain::phones::Phones;
use hearback::domain::responses::Checked;
use hearback::domain::secrets::Token;
use hearback::domain::visits::Channel;
use hearback::store::{self, Invited, Mailing, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use uuid::Uuid;
use wire::{Answer, Score, Submission, Survey};

use crate::Places;
use crate::rows::{ATTRIBUTES, Random};

/// Invitations in one transaction, and submissions under way at a time.
const CHUNK: usize = 10_000;

/// Seconds over which those who have answered did: two years.
const ANSWERED_OVER: i64 = 2 * 365 * 86_400;

/// A comment of an ordinary length.
pub(crate) const COMMENT: &str = "The technician came on time, explained what was wrong with the line and had it repaired within the hour.";

/// A directory, opened for filling.
pub(crate) struct Filling {
    store: Store,
    survey: Arc<Survey>,
    runtime: Runtime,
    now: Timestamp,
}

/// An empty directory of this name, with the example's survey and organisation.
pub(crate) fn fresh(places: &Places, name: &str) -> anyhow::Result<(PathBuf, Filling)> {
    let directory = places.work.join(name);
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    let filling = Filling::open(places, &directory)?;
    Ok((directory, filling))
}

/// The directory with many customers, each with one score: made once, which takes about a minute for a million of them.
pub(crate) fn customers(places: &Places) -> anyhow::Result<PathBuf> {
    let directory = places.work.join(format!("customers-{}", places.customers));
    let stamp = directory.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == places.stamp) {
        return Ok(directory);
    }
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    let started = Instant::now();
    let filling = Filling::open(places, &directory)?;
    filling.answered(places.customers)?;
    filling.close();
    fs::write(&stamp, &places.stamp)?;
    eprintln!(
        "» {} customers, each with one score, made in {:.0} s",
        places.customers,
        started.elapsed().as_secs_f64()
    );
    Ok(directory)
}

/// The id of the n-th customer.
pub(crate) fn customer(n: usize) -> String {
    format!("C-{n:09}")
}

impl Filling {
    /// Opens a directory, makes it if need be, and gives it the example's survey and organisation.
    pub(crate) fn open(places: &Places, directory: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let path = places.examples.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let survey: Survey = toml::from_str(&read("survey.toml")?)?;
        let organisation: Organisation = toml::from_str(&read("organisation.toml")?)?;
        let options = store::Options {
            directory: directory.to_owned(),
            cache_bytes: 512 << 20,
            min_free_bytes: 512 << 20,
            min_free_percent: 0,
            queue: CHUNK * 2,
            phones: Phones::default(),
            events_kept: SignedDuration::from_hours(7 * 24),
        };
        let store = Store::open(&options, Box::new(|_| {}))?;
        let runtime = Runtime::new()?;
        let id = survey.id.clone();
        runtime.block_on(async {
            store.push_survey(survey).await?;
            store.replace_organisation(organisation).await.map(drop)
        })?;
        let survey = store.catalog().survey(&id).context("the survey is not there")?;
        Ok(Self { store, survey, runtime, now: now() })
    }

    /// Allows the survey on pages of another origin than the example's, and takes its logo away, which is on its pages.
    pub(crate) fn put_on_pages_of(&self, origin: &str) -> anyhow::Result<()> {
        let mut survey = Survey::clone(&self.survey);
        survey.allowed_origins = vec![origin.to_owned()];
        survey.brand.logo = None;
        self.runtime.block_on(self.store.push_survey(survey))?;
        Ok(())
    }

    /// A key that may read.
    pub(crate) fn key(&self) -> anyhow::Result<String> {
        let created = self.store.create_key("bench".into(), vec![Scope::Read, Scope::Write], self.now);
        Ok(self.runtime.block_on(created)?.secret.reveal().to_owned())
    }

    /// The store.
    pub(crate) fn store(&self) -> Store {
        self.store.clone()
    }

    /// The example's survey, as it is in force.
    pub(crate) fn survey(&self) -> Arc<Survey> {
        Arc::clone(&self.survey)
    }

    /// When the directory was opened.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Waits for something that is done in the store.
    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Invites this many customers, from the n-th on, and gives the tokens of their links.
    pub(crate) fn invite(&self, from: usize, count: usize) -> anyhow::Result<Vec<Token>> {
        self.invite_at(self.now, from, count)
    }

    /// Invites this many customers by the built-in mail, which is due at once.
    pub(crate) fn mail(&self, count: usize) -> anyhow::Result<()> {
        for start in (0..count).step_by(CHUNK) {
            let by_mail = |n| {
                let mut invited = self.invitation(n, self.now)?;
                invited.customer.email = Some(format!("c{n}@customer.example"));
                invited.mailing = Some(Mailing { mail: BUILT_IN.to_owned(), send_at: self.now });
                Ok(invited)
            };
            let invited = (start..count.min(start + CHUNK)).map(by_mail).collect::<anyhow::Result<_>>()?;
            self.runtime.block_on(self.store.invite(invited))?;
        }
        Ok(())
    }

    fn invite_at(&self, now: Timestamp, from: usize, count: usize) -> anyhow::Result<Vec<Token>> {
        let mut tokens = Vec::with_capacity(count);
        for start in (from..from + count).step_by(CHUNK) {
            let invited: Vec<Invited> = (start..(from + count).min(start + CHUNK))
                .map(|n| self.invitation(n, now))
                .collect::<anyhow::Result<_>>()?;
            tokens.extend(invited.iter().map(|invited| invited.token.clone()));
            self.runtime.block_on(self.store.invite(invited))?;
        }
        Ok(tokens)
    }

    /// An invitation of the n-th customer.
    pub(crate) fn invitation(&self, n: usize, now: Timestamp) -> anyhow::Result<Invited> {
        let mut random = Random::new(n as u64);
        let mut pick = |name: &str, values: u64| format!("{name}-{}", random.below(values));
        let request = InvitationRequest {
            customer: customer(n),
            agent: Some(pick("A", 12)),
            attributes: ATTRIBUTES.map(|(name, values)| (name.to_owned(), pick(name, values as u64))).into(),
            ..InvitationRequest::default()
        };
        let accepted = request.accept(&self.survey, now, &Limits::default(), Phones::default());
        let (invitation, customer): (_, Customer) =
            accepted.map_err(|problems| anyhow::anyhow!("an invitation is not valid: {problems:?}"))?;
        Ok(Invited {
            token: Token::from_random(*Uuid::new_v4().as_bytes()),
            invitation,
            customer,
            mailing: None,
        })
    }

    /// Customers who were invited and have answered, as many as this.
    fn answered(&self, count: usize) -> anyhow::Result<()> {
        for from in (0..count).step_by(CHUNK) {
            let before_now = ANSWERED_OVER as f64 * (1.0 - from as f64 / count as f64);
            let now = self.now - SignedDuration::from_secs(before_now as i64);
            let tokens = self.invite_at(now, from, CHUNK.min(count - from))?;
            self.runtime.block_on(async {
                let mut answers = JoinSet::new();
                for (n, token) in tokens.into_iter().enumerate() {
                    let checked = self.submission((from + n) as u64)?;
                    let (store, survey) = (self.store.clone(), Arc::clone(&self.survey));
                    answers
                        .spawn(async move { store.record(token.hash(), None, checked, survey, now).await });
                }
                while let Some(answer) = answers.join_next().await {
                    answer??;
                }
                anyhow::Ok(())
            })?;
        }
        Ok(())
    }

    /// The n-th answer: complete, with a comment.
    pub(crate) fn submission(&self, n: u64) -> anyhow::Result<Checked> {
        let score = Random::new(n).score();
        let id = Uuid::new_v4();
        let submission = Submission {
            id: id.to_string(),
            revision: 2,
            survey: self.survey.id.clone(),
            version: Some(self.survey.version),
            language: Some("en".into()),
            complete: true,
            answers: [
                ("nps".to_owned(), Answer::Number(i64::from(score))),
                ("why".to_owned(), Answer::Text(COMMENT.into())),
            ]
            .into(),
            ..Submission::default()
        };
        let score = Score::try_from(score).map_err(anyhow::Error::msg)?;
        Ok(Checked {
            submission,
            id,
            response: id,
            version: self.survey.version,
            score: Some(score),
            channel: Channel::Link,
            device: None,
        })
    }

    /// Closes the directory, so that another process can open it.
    pub(crate) fn close(self) {
        self.store.close();
        drop(self.store);
        // Reads that are under way hold the database for a moment.
        self.runtime.shutdown_timeout(Duration::from_secs(10));
    }
}

#[expect(clippy::disallowed_methods, reason = "the edge of this program")]
fn now() -> Timestamp {
    Timestamp::now()
}
