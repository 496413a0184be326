//! `interactions`: a CSV of what has happened with customers, of any length: rows are read, told and written a part at a time.

mod tell;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use csv::StringRecord;
use indicatif::{ProgressBar, ProgressStyle};

use super::client::{Called, Client, told};
use super::table::delimiter;
use super::trial::{Kind, Trial, kind_of};
use crate::domain::asking::Interaction;
use crate::http::{InteractionsDecided, InteractionsRequest, LineDecided};

/// The columns that are no attributes.
const COLUMNS: [&str; 10] = [
    "id",
    "customer",
    "outcome",
    "journey",
    "email",
    "phone",
    "first_name",
    "language",
    "time_zone",
    "agent",
];

/// The columns that are written behind those of the file.
const WRITTEN: [&str; 4] = ["decision", "reason", "send_at", "link"];

/// Rows read at a time, and tried in one call.
const PART: usize = 2000;

/// Most mistakes that are named.
const MOST_MISTAKES: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The CSV. Columns: customer (required), id, outcome, journey, email, phone, first_name, language, time_zone, agent; every
    /// other column is an attribute. With an id a row can be told again and gets the same answer
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    /// Only say what the columns are and what would become of the rows, counted by decision and reason: nobody is asked
    #[arg(long)]
    dry_run: bool,
    /// Where to write the CSV back, with the columns decision, reason, send_at and link [default: standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    out: Option<PathBuf>,
}

pub(super) async fn interactions(client: &Client, arguments: Arguments) -> anyhow::Result<()> {
    let rows = Rows::open(&arguments.csv)?;
    if arguments.dry_run {
        rows.print_columns();
    }
    // Every row is checked before the first is told.
    let many = check(client, &arguments.csv)?;
    let bar = bar(many);
    let told = if arguments.dry_run {
        try_out(client, rows, &bar).await
    } else {
        let out = match &arguments.out {
            Some(path) => Output::new(Box::new(create(path)?)),
            None => Output::new(Box::new(std::io::stdout())),
        };
        tell::tell(client, rows, &bar, out).await
    };
    bar.finish_and_clear();
    let counts = told?;
    for ((decision, reason), n) in &counts {
        let line = format!("{n:>9} {decision} {reason}");
        if arguments.dry_run { println!("{}", line.trim_end()) } else { eprintln!("{}", line.trim_end()) }
    }
    Ok(())
}

/// How many rows there are of each kind.
type Counts = BTreeMap<Kind, u64>;

/// Only tries them, each part after what the parts before it have come to.
async fn try_out(client: &Client, mut rows: Rows, bar: &ProgressBar) -> anyhow::Result<Counts> {
    let (limits, phones) = (&client.settings.limits, client.settings.phones());
    let (mut counts, mut trial) = (Counts::new(), Trial::default());
    while let Some(part) = rows.part(most_of_part(client))? {
        bar.inc(part.records.len() as u64);
        let mut new = Vec::with_capacity(part.interactions.len());
        for interaction in part.interactions {
            match trial.told(&interaction) {
                Some(kind) => *counts.entry(kind.clone()).or_default() += 1,
                None => new.push(interaction),
            }
        }
        if new.is_empty() {
            continue;
        }
        let accepted = new.iter().map(|interaction| interaction.clone().accept(limits, phones));
        // All were checked before.
        let accepted: Vec<_> = accepted.filter_map(Result::ok).collect();
        let body = InteractionsRequest { before: trial.before(&accepted), interactions: new };
        let answer =
            call(client, "/v1/interactions?dry_run=true", serde_json::to_vec(&body)?, part.line).await?;
        answer.interactions.iter().for_each(|decided| *counts.entry(kind_of(decided)).or_default() += 1);
        trial.learn(&body.interactions, &accepted, answer);
    }
    Ok(counts)
}

async fn call(client: &Client, path: &str, body: Vec<u8>, line: u64) -> anyhow::Result<InteractionsDecided> {
    match client.send("POST", path, "application/json", Some(body)).await? {
        Called::Done(decided) => Ok(decided),
        Called::Refused(problem) => {
            bail!("from line {line} on nothing was tried: {}", told(&problem, MOST_MISTAKES))
        }
    }
}

fn from(line: u64) -> String {
    format!(
        "of the rows from line {line} on it is not known what became of them; those with an id can be told again"
    )
}

/// Checks every row as the collector will; returns how many there are.
fn check(client: &Client, path: &Path) -> anyhow::Result<u64> {
    let (limits, phones) = (&client.settings.limits, client.settings.phones());
    let mut rows = Rows::open(path)?;
    let (mut many, mut wrong, mut mistakes) = (0, 0_usize, String::new());
    loop {
        let records = rows.take(PART)?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            many += 1;
            let Err(problems) = interaction(&rows.header, record).accept(limits, phones) else { continue };
            for problem in problems {
                wrong += 1;
                if wrong <= MOST_MISTAKES {
                    let line = record.position().map_or(0, csv::Position::line);
                    let column = problem.path.trim_start_matches("attributes.");
                    mistakes += &format!("\n  line {line}, column {column}: {}", problem.detail);
                }
            }
        }
    }
    ensure!(many > 0, "{} has no rows", path.display());
    if wrong > MOST_MISTAKES {
        mistakes += &format!("\n  and {} more", wrong - MOST_MISTAKES);
    }
    ensure!(wrong == 0, "{}: some rows are not valid; nobody was asked{mistakes}", path.display());
    Ok(many)
}

fn interaction(header: &StringRecord, record: &StringRecord) -> Interaction {
    let mut interaction = Interaction::default();
    for (name, value) in header.iter().zip(record.iter()).filter(|(_, value)| !value.trim().is_empty()) {
        let value = value.to_owned();
        match name {
            "customer" => interaction.customer = value,
            "id" => interaction.id = Some(value),
            "outcome" => interaction.outcome = Some(value),
            "journey" => interaction.journey = Some(value),
            "email" => interaction.email = Some(value),
            "phone" => interaction.phone = Some(value),
            "first_name" => interaction.first_name = Some(value),
            "language" => interaction.language = Some(value),
            "time_zone" => interaction.time_zone = Some(value),
            "agent" => interaction.agent = Some(value),
            name => drop(interaction.attributes.insert(name.to_owned(), value)),
        }
    }
    interaction
}

/// On a terminal, how far it has come; elsewhere nothing.
fn bar(many: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {per_sec}, {eta} left");
    ProgressBar::new(many).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Most rows that are tried in one call.
fn most_of_part(client: &Client) -> usize {
    PART.min(client.settings.limits.invitations_per_call.max(1))
}

/// Some rows.
struct Part {
    /// Where the first of them begins.
    line: u64,
    interactions: Vec<Interaction>,
    records: Vec<StringRecord>,
}

/// The rows of a file, read as they are needed.
struct Rows {
    header: StringRecord,
    reader: csv::Reader<BufReader<File>>,
}

impl Rows {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
        let mut file = BufReader::new(file);
        let mut first = Vec::new();
        file.read_until(b'\n', &mut first).with_context(|| format!("cannot read {name}"))?;
        file.rewind().with_context(|| format!("{name} cannot be read twice; it must be a file"))?;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(&first)).from_reader(file);
        let mut header = reader.headers().with_context(|| format!("{name} is not a CSV"))?.clone();
        header.trim();
        // Spreadsheets put a byte-order mark before the first name.
        let header: StringRecord = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        for (i, column) in header.iter().enumerate() {
            ensure!(
                !header.iter().take(i).any(|before| before == column),
                "{name}, line 1: the column {column:?} is there twice"
            );
            ensure!(
                !WRITTEN.contains(&column),
                "{name}, line 1: there is a column {column:?} already, one of those to be written; nobody was asked"
            );
        }
        ensure!(
            header.iter().any(|column| column == "customer"),
            "{name}, line 1: there is no column \"customer\"; nobody was asked"
        );
        Ok(Self { header, reader })
    }

    /// The next rows; none at the end.
    fn part(&mut self, most: usize) -> anyhow::Result<Option<Part>> {
        let records = self.take(most)?;
        let Some(first) = records.first() else { return Ok(None) };
        let line = first.position().map_or(0, csv::Position::line);
        let interactions = records.iter().map(|record| interaction(&self.header, record)).collect();
        Ok(Some(Part { line, interactions, records }))
    }

    fn take(&mut self, most: usize) -> anyhow::Result<Vec<StringRecord>> {
        let records = self.reader.records().take(most);
        records.map(|record| record.context("it is not a CSV")).collect()
    }

    fn print_columns(&self) {
        for name in &self.header {
            let what = if COLUMNS.contains(&name) { name.to_owned() } else { format!("attribute {name}") };
            println!("column {name}: {what}");
        }
    }
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("cannot write {}; nobody was asked", path.display()))
}

/// Where the rows go with what became of them.
struct Output {
    writer: csv::Writer<Box<dyn Write + Send>>,
    begun: bool,
}

impl Output {
    fn new(to: Box<dyn Write + Send>) -> Self {
        Self { writer: csv::Writer::from_writer(to), begun: false }
    }

    /// Writes these rows; they are in the file when this returns.
    fn write(
        &mut self,
        header: &StringRecord,
        records: &[StringRecord],
        decided: &[LineDecided],
    ) -> anyhow::Result<()> {
        if !self.begun {
            self.writer.write_record(header.iter().chain(WRITTEN))?;
            self.begun = true;
        }
        for (record, decided) in records.iter().zip(decided) {
            let more = match decided {
                LineDecided::Decided(decided) => {
                    let text = |text: &Option<String>| text.clone().unwrap_or_default();
                    let send_at = decided.send_at.map(|at| at.to_string()).unwrap_or_default();
                    [decided.decision.clone(), text(&decided.reason), send_at, text(&decided.link)]
                }
                LineDecided::Refused(refused) => {
                    let nothing = String::new;
                    ["refused".to_owned(), refused.error.code.clone(), nothing(), nothing()]
                }
            };
            self.writer.write_record(record.iter().chain(more.iter().map(String::as_str)))?;
        }
        Ok(self.writer.flush()?)
    }
}
