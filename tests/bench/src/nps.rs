//! Net Promoter Scores over generated responses: by anything, filtered, for a month. Beside it DuckDB on the same rows.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hearback::domain::organisation::Organisation;
use hearback::facts::{Facts, Filter, Query};
use jiff::Timestamp;
use wire::Nps;

use crate::Places;
use crate::process::resident_bytes;
use crate::report::{Budget, figure, median, note, title};
use crate::rows::{self, ATTRIBUTES, Rows, START};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Responses
    #[arg(long, default_value_t = 10_000_000)]
    rows: usize,
    /// How often each question is asked
    #[arg(long, default_value_t = 9)]
    repeats: usize,
    /// A Python that has DuckDB; without it there is nothing to compare with
    #[arg(long)]
    python: Option<PathBuf>,
    /// The script that asks DuckDB
    #[arg(long, default_value = "tests/bench/duck.py")]
    script: PathBuf,
}

/// Rows made before they are fed: few enough to stay in the processor's cache, as a response just stored is.
const BATCH: usize = 512;

/// The month that is asked for, from its first second to its last: 2024-06.
const MONTH: (i64, i64) = (1_717_200_000, 1_719_792_000);

/// Prints how long each question takes.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title(&format!(
        "Net Promoter Scores over {} responses with {} attributes",
        options.rows,
        ATTRIBUTES.len()
    ));
    let before = resident_bytes("self")?;
    let csv = places.work.join(format!("rows-{}.csv", options.rows));
    let wanted = options.python.as_ref().map(|_| csv.as_path());
    let (facts, fed) = feed(options.rows, wanted)?;
    let bytes = facts.row_bytes() as f64 / options.rows as f64;
    let resident = (resident_bytes("self")? - before) as f64 / 1e6;
    figure("memory for one response", bytes, "B", Budget::AtMost(40.0));
    figure("resident for all of them", resident, "MB", Budget::None);
    let rate = options.rows as f64 / fed.as_secs_f64();
    figure("responses taken in", rate, "/s", Budget::None);

    let organisation = rows::organisation()?;
    let questions = Question::all();
    let ours = questions
        .iter()
        .map(|question| question.ask(&facts, &organisation, options.repeats))
        .collect::<anyhow::Result<Vec<_>>>()?;
    drop(facts);
    let theirs = match &options.python {
        Some(python) => Some(duckdb(python, places, options, &csv, &questions)?),
        None => None,
    };
    note(if theirs.is_some() {
        "medians; DuckDB's time behind the question, and how many times ours it is"
    } else {
        "medians"
    });
    for (place, (question, ours)) in questions.iter().zip(&ours).enumerate() {
        let mut name = format!("  {}", question.name);
        if let Some(theirs) = &theirs {
            let theirs = &theirs[place];
            ensure!(
                theirs.counts == ours.counts,
                "{}: DuckDB counted {:?}, the collector {:?}",
                question.name,
                theirs.counts,
                ours.counts
            );
            name = format!("{name:<40} {:>6.1} ms {:>5.1} ×", theirs.millis, theirs.millis / ours.millis);
        }
        figure(&name, ours.millis, "ms", Budget::AtMost(50.0));
    }
    if let Some(theirs) = &theirs {
        let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| theirs.millis / ours.millis);
        let worst = ratios.fold(f64::INFINITY, f64::min);
        figure("DuckDB's time against ours, where it does best", worst, "×", Budget::AtLeast(1.0));
    }
    Ok(())
}

/// Makes the rows, feeds them, and writes them to a file as well. The time is that of feeding alone.
fn feed(count: usize, csv: Option<&Path>) -> anyhow::Result<(Facts, Duration)> {
    let facts = Facts::default();
    let mut rows = Rows::new(count)?;
    let mut batch = vec![Rows::blank()?; BATCH];
    let mut file = match csv {
        Some(path) => Some(BufWriter::with_capacity(1 << 20, File::create(path)?)),
        None => None,
    };
    if let Some(file) = &mut file {
        writeln!(file, "{}", rows::head())?;
    }
    let mut fed = Duration::ZERO;
    let mut lines = String::new();
    for from in (0..count).step_by(BATCH) {
        let batch = &mut batch[..BATCH.min(count - from)];
        for (n, response) in batch.iter_mut().enumerate() {
            rows.fill(from + n, response)?;
        }
        let started = Instant::now();
        for (n, response) in batch.iter().enumerate() {
            facts.apply((from + n) as u64, response);
        }
        fed += started.elapsed();
        if let Some(file) = &mut file {
            lines.clear();
            batch.iter().try_for_each(|response| rows::line(response, &mut lines))?;
            file.write_all(lines.as_bytes())?;
        }
    }
    if let Some(mut file) = file {
        file.flush()?;
    }
    Ok((facts, fed))
}

/// What an answer says, as far as two engines can be compared: groups, responses, promoters, detractors.
type Counts = [u64; 4];

/// How long the answer took, and what it was.
struct Answer {
    millis: f64,
    counts: Counts,
}

/// A question in the words of both.
struct Question {
    name: String,
    by: Option<&'static str>,
    query: Query,
    sql: String,
}

impl Question {
    fn all() -> Vec<Self> {
        let month = Some(MONTH);
        let mut questions = vec![Self::new(None, &[], None)];
        questions.extend(ATTRIBUTES.map(|(name, _)| Self::new(Some(name), &[], None)));
        questions.extend([
            Self::new(Some("agent"), &[], None),
            Self::new(Some("team"), &[], None),
            Self::new(Some("team"), &[("product", "product-3")], None),
            Self::new(Some("campaign"), &[("product", "product-3"), ("channel", "channel-1")], None),
            Self::new(None, &[("team", "team-7")], None),
            Self::new(Some("region"), &[], month),
            Self::new(Some("team"), &[("product", "product-3")], month),
        ]);
        questions
    }

    fn new(by: Option<&'static str>, filters: &[(&str, &str)], month: Option<(i64, i64)>) -> Self {
        let mut name = by.map_or("total".to_owned(), |by| format!("by {by}"));
        let mut conditions = Vec::new();
        for (key, value) in filters {
            name += &format!(", {value}");
            conditions.push(format!("{key} = '{value}'"));
        }
        if let Some((from, to)) = month {
            name += ", one month";
            conditions.push(format!(
                "given >= make_timestamp({from}000000) AND given < make_timestamp({to}000000)"
            ));
        }
        let agents = by == Some("team") || filters.iter().any(|(key, _)| *key == "team");
        let sql = format!(
            "SELECT {key}, count(*), count(*) FILTER (score >= 9), count(*) FILTER (score <= 6) FROM responses {join} {condition} {group}",
            key = by.unwrap_or("NULL"),
            join = if agents { "JOIN agents USING (agent)" } else { "" },
            condition = match conditions.as_slice() {
                [] => String::new(),
                all => format!("WHERE {}", all.join(" AND ")),
            },
            group = by.map(|by| format!("GROUP BY {by}")).unwrap_or_default(),
        );
        let filters =
            filters.iter().map(|(key, value)| Filter { key: (*key).to_owned(), value: (*value).to_owned() });
        let time = |second: i64| Timestamp::from_second(second).ok();
        let query = Query {
            survey: None,
            from: month.and_then(|(from, _)| time(from)),
            to: month.and_then(|(_, to)| time(to)),
            updated_since: None,
            filters: filters.collect(),
        };
        Self { name, by, query, sql }
    }

    /// Asks the columns.
    fn ask(&self, facts: &Facts, organisation: &Organisation, repeats: usize) -> anyhow::Result<Answer> {
        let mut millis = Vec::new();
        let mut counts = Counts::default();
        for _ in 0..=repeats {
            let started = Instant::now();
            let (total, groups) = facts.report(&self.query, self.by, usize::MAX, organisation)?;
            let figures: Vec<Nps> = match self.by {
                Some(_) => groups.into_iter().map(|group| group.figures).collect(),
                None => vec![total],
            };
            millis.push(started.elapsed().as_secs_f64() * 1000.0);
            counts = figures.iter().fold([figures.len() as u64, 0, 0, 0], |[groups, n, p, d], nps| {
                [groups, n + nps.n, p + nps.promoters, d + nps.detractors]
            });
        }
        // The first was for warming up.
        let millis = median(millis.into_iter().skip(1));
        Ok(Answer { millis, counts })
    }
}

/// Asks DuckDB, which has read the rows from the file into its memory.
fn duckdb(
    python: &Path,
    places: &Places,
    options: &Options,
    csv: &Path,
    questions: &[Question],
) -> anyhow::Result<Vec<Answer>> {
    let asked = places.work.join("questions.sql");
    let lines: String = questions.iter().map(|question| question.sql.clone() + "\n").collect();
    fs::write(&asked, lines)?;
    let agents = places.work.join("agents.csv");
    let organisation = rows::organisation()?;
    let lines = organisation.agents.iter().filter_map(|agent| {
        let unit = agent.unit.as_ref()?;
        Some(format!("{},{unit}\n", agent.id))
    });
    fs::write(&agents, "agent,team\n".to_owned() + &lines.collect::<String>())?;
    let output = Command::new(python)
        .arg(&options.script)
        .args([csv, &agents, &asked])
        .arg(options.repeats.to_string())
        .output();
    let output = output.context("cannot start Python")?;
    for file in [csv, &agents, &asked] {
        fs::remove_file(file)?;
    }
    ensure!(output.status.success(), "DuckDB failed: {}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout)?;
    let (about, answers) = printed.split_once('\n').context("DuckDB says nothing")?;
    note(about);
    answers
        .lines()
        .map(|line| {
            let mut fields = line.split(' ');
            let millis = fields.next().unwrap_or_default().parse()?;
            let counts = fields.map(str::parse).collect::<Result<Vec<u64>, _>>()?;
            let counts = counts.try_into().ok().context("DuckDB's answer is not understood")?;
            Ok(Answer { millis, counts })
        })
        .collect()
}

const _: () = assert!(START < MONTH.0, "the month lies within the rows' time");
