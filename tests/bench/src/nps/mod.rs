//! Net Promoter Scores over generated responses, by anything, under any condition, over time. Beside them DuckDB and
//! PostgreSQL, asked the same of the same rows.
//!
//! Questions are asked one after the other, and each of everybody in turn, again and again: what is slow because the
//! machine is busy is slow for all. Every answer is compared, count by count.
//!
//! Read in this order: [`question`] (what is asked, in the words of everybody), [`answer`] (what can be compared),
//! [`feed`] (the rows), [`schema`] (their tables), [`duckdb`], [`postgres`]; and [`growth`], which asks the facts alone.

mod answer;
mod duckdb;
mod feed;
mod growth;
mod postgres;
mod question;
mod schema;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::ensure;
use hearback::domain::organisation::Organisation;
use hearback::facts::{Ask, Counted, Facts};

use crate::Places;
use crate::report::{Budget, figure, median, note, row, shown, title};
use crate::rows::{self, ATTRIBUTES};
use answer::Answer;
use duckdb::DuckDb;
use postgres::Postgres;
use question::Question;

pub(crate) use growth::{Options as GrowthOptions, measure as measure_growth};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Responses
    #[arg(long, default_value_t = 10_000_000)]
    rows: usize,
    /// How often each question is asked
    #[arg(long, default_value_t = 9)]
    repeats: usize,
    /// A Python that has DuckDB; without it DuckDB is not asked
    #[arg(long)]
    python: Option<PathBuf>,
    /// The script that asks DuckDB
    #[arg(long, default_value = "tests/bench/duck.py")]
    script: PathBuf,
    /// How often each question is asked of PostgreSQL, which its own variables find: `PGHOST`, `PGPORT`…
    #[arg(long, default_value_t = 0)]
    postgres: usize,
    /// Only questions with this in their name
    #[arg(long, default_value = "")]
    only: String,
}

/// Rows that drivers are looked for in may take this long, milliseconds.
const DRIVERS: f64 = 1000.0;

/// Bytes of memory for one response.
const BYTES: f64 = 40.0;

/// Responses that are taken in within a second: ten million within 15.
const TAKEN_IN: f64 = 10e6 / 15.0;

/// Prints how long each question takes.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let attributes = ATTRIBUTES.len();
    title(&format!("Net Promoter Scores over {} responses with {attributes} attributes", options.rows));
    let rivals = options.python.is_some() || options.postgres > 0;
    let csv = places.work.join(format!("rows-{}.csv", options.rows));
    let (facts, fed) = feed::feed(options.rows, rivals.then_some(csv.as_path()))?;
    let count = facts.len() as f64;
    figure("memory for one response", facts.row_bytes() as f64 / count, "B", Budget::AtMost(BYTES));
    figure("dictionaries", facts.dictionary_bytes() as f64 / 1e6, "MB", Budget::None);
    figure("responses taken in", count / fed.as_secs_f64(), "/s", Budget::AtLeast(TAKEN_IN));
    let organisation = rows::organisation()?;
    let mut rivals = Rivals::start(places, options, &csv, &organisation)?;
    if csv.exists() {
        std::fs::remove_file(&csv)?;
    }

    note("medians, milliseconds; how many times ours DuckDB's is; ✗ where it is late, or later than DuckDB");
    row("", &["Hearback", "DuckDB", "×", "PostgreSQL"].map(str::to_owned), "");
    let mut worst = f64::INFINITY;
    let questions = Question::all()?;
    for question in questions.iter().filter(|question| question.name.contains(&options.only)) {
        let times = rivals.ask(question, &facts, &organisation)?;
        let ratio = times.duckdb.map(|duckdb| duckdb / times.ours);
        worst = worst.min(ratio.unwrap_or(f64::INFINITY));
        let kept = times.ours <= question.budget && ratio.is_none_or(|ratio| ratio >= 1.0);
        let cells = [
            shown(times.ours),
            times.duckdb.map(shown).unwrap_or_default(),
            ratio.map(shown).unwrap_or_default(),
            times.postgres.unwrap_or_default(),
        ];
        let mark = if kept { "✓" } else { "✗" };
        row(&question.name, &cells, &format!("≤ {} {mark}", question.budget));
    }
    if rivals.duckdb.is_some() {
        figure("DuckDB's time against ours, where it does best", worst, "×", Budget::AtLeast(1.0));
    }
    if options.only.is_empty() {
        drivers(&facts, &organisation, options.repeats)?;
    }
    Ok(())
}

/// What drivers are found from: how the scores spread over the values of each attribute, and of each answer.
fn drivers(facts: &Facts, organisation: &Organisation, repeats: usize) -> anyhow::Result<()> {
    let asks = ATTRIBUTES.map(|(name, _)| question::ask(&[name], "", None));
    let asks = asks.into_iter().collect::<anyhow::Result<Vec<Ask>>>()?;
    let mut millis = Vec::new();
    for _ in 0..=repeats {
        let started = Instant::now();
        for ask in &asks {
            facts.count(ask, organisation)?;
        }
        millis.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let name = format!("counting what drivers are found from, {} attributes", asks.len());
    figure(&name, median(millis.into_iter().skip(1)), "ms", Budget::AtMost(DRIVERS));
    Ok(())
}

/// Everybody who is asked beside the facts.
struct Rivals {
    repeats: usize,
    duckdb: Option<DuckDb>,
    postgres: Option<(Postgres, usize)>,
}

/// Medians, milliseconds.
struct Times {
    ours: f64,
    duckdb: Option<f64>,
    /// As it is to be printed: it may have been given up.
    postgres: Option<String>,
}

impl Rivals {
    fn start(
        places: &Places,
        options: &Options,
        csv: &std::path::Path,
        organisation: &Organisation,
    ) -> anyhow::Result<Self> {
        let memberships = places.work.join("memberships.csv");
        std::fs::write(&memberships, feed::memberships(organisation))?;
        let duckdb = options.python.as_ref();
        let duckdb =
            duckdb.map(|python| DuckDb::start(python, &options.script, csv, &memberships)).transpose()?;
        let postgres = (options.postgres > 0).then(|| Postgres::start(csv, &memberships)).transpose()?;
        std::fs::remove_file(memberships)?;
        Ok(Self {
            repeats: options.repeats,
            duckdb,
            postgres: postgres.map(|postgres| (postgres, options.postgres)),
        })
    }

    /// Asks everybody in turn, the first time for warming up and to compare what they say.
    fn ask(
        &mut self,
        question: &Question,
        facts: &Facts,
        organisation: &Organisation,
    ) -> anyhow::Result<Times> {
        let (mut ours, mut duckdb, mut postgres) = (Vec::new(), Vec::new(), Vec::new());
        let mut given_up = false;
        for round in 0..=self.repeats {
            let started = Instant::now();
            let counted: Counted = facts.count(&question.ask, organisation)?;
            ours.push(started.elapsed().as_secs_f64() * 1000.0);
            let own = (round == 0).then(|| Answer::ours(&counted, question));
            let same = |whose: &str, other: &Answer| {
                let different = own.as_ref().and_then(|own| own.difference(other));
                ensure!(different.is_none(), "{}: {whose} {}", question.name, different.unwrap_or_default());
                Ok(())
            };
            if let Some(rival) = &mut self.duckdb {
                let (millis, answer) = rival.ask(&question.sql)?;
                same("DuckDB", &answer)?;
                duckdb.push(millis);
            }
            if let Some((rival, _)) = self.postgres.as_mut().filter(|(_, times)| round <= *times && !given_up)
            {
                match rival.ask(&question.sql)? {
                    Some((millis, answer)) => {
                        same("PostgreSQL", &answer)?;
                        postgres.push(millis);
                    }
                    None => given_up = true,
                }
            }
        }
        let middle = |times: Vec<f64>| median(times.into_iter().skip(1));
        Ok(Times {
            ours: middle(ours),
            duckdb: self.duckdb.is_some().then(|| middle(duckdb)),
            postgres: self.postgres.is_some().then(|| match given_up {
                true => format!("> {} s", postgres::PATIENCE_SECONDS),
                false => shown(middle(postgres)),
            }),
        })
    }
}
