//! `suppressions import` and `suppressions export`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Subcommand;

use super::client::{Called, Client, NOTHING};
use super::table::Table;
use crate::domain::suppressions::Reason;
use crate::http::{SuppressionRequest, SuppressionsAdded, SuppressionsPage, SuppressionsRequest};

/// The columns, of both.
const COLUMNS: [&str; 6] = ["email", "phone", "customer", "survey", "reason", "at"];

#[derive(Subcommand)]
pub(super) enum SuppressionsCommand {
    /// Put every row of a CSV on the suppression list. Columns: email, phone or customer, one of them in each row; survey (empty:
    /// all), reason (unsubscribed, bounced, complained or listed; empty: listed), at
    Import {
        /// The file
        file: PathBuf,
    },
    /// Write the suppression list as CSV; entries of erased customers are hashes, and only counted
    Export {
        /// Where to write it [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

pub(super) async fn run(client: &Client, command: SuppressionsCommand) -> anyhow::Result<()> {
    match command {
        SuppressionsCommand::Import { file } => import(client, &file).await,
        SuppressionsCommand::Export { out } => export(client, out.as_deref()).await,
    }
}

async fn import(client: &Client, path: &Path) -> anyhow::Result<()> {
    let table = Table::read(path)?;
    table.check_rows()?;
    for column in &table.header {
        ensure!(
            COLUMNS.contains(&column),
            "{}, line 1: there is no column {column:?} in a suppression list",
            path.display()
        );
    }
    let mut requests = Vec::with_capacity(table.rows.len());
    for (line, record) in &table.rows {
        let cells = table.cells(record).filter(|(_, value)| !value.trim().is_empty());
        let cells: BTreeMap<&str, &str> = cells.map(|(name, value)| (name, value.trim())).collect();
        let cell = |name: &str| cells.get(name).map(|value| (*value).to_owned());
        let wrong =
            |column: &str| format!("{}: line {line}, column {column}; nothing was added", path.display());
        let at = cell("at").map(|at| at.parse()).transpose().with_context(|| wrong("at"))?;
        let reason: Option<Reason> = cell("reason")
            .map(|reason| serde_json::from_value(reason.into()))
            .transpose()
            .with_context(|| wrong("reason"))?;
        requests.push(SuppressionRequest {
            email: cell("email"),
            phone: cell("phone"),
            customer: cell("customer"),
            survey: cell("survey"),
            reason: reason.unwrap_or_default(),
            at,
        });
    }
    let part = client.settings.limits.invitations_per_call.max(1);
    let mut added = 0;
    for requests in requests.chunks(part) {
        let body = SuppressionsRequest { suppressions: requests.to_vec() };
        match client.call::<SuppressionsAdded>("POST", "/v1/suppressions", Some(&body)).await? {
            Called::Done(done) => added += done.added,
            Called::Refused(problem) => {
                let mut said = format!("{}: {}; {added} were added before", path.display(), problem.detail);
                for field in &problem.fields {
                    let place =
                        field.path.strip_prefix("suppressions[").and_then(|rest| rest.split_once("]."));
                    let row = place.and_then(|(i, column)| Some((i.parse::<usize>().ok()? + added, column)));
                    let row = row.and_then(|(row, column)| Some((table.rows.get(row)?.0, column)));
                    said += &match row {
                        Some((line, column)) => format!("\n  line {line}, column {column}: {}", field.detail),
                        None => format!("\n  {}: {}", field.path, field.detail),
                    };
                }
                bail!(said)
            }
        }
    }
    println!("{added} are on the suppression list.");
    Ok(())
}

async fn export(client: &Client, out: Option<&Path>) -> anyhow::Result<()> {
    let to: Box<dyn Write> = match out {
        None => Box::new(std::io::stdout()),
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            Box::new(file)
        }
    };
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(COLUMNS)?;
    let (mut after, mut erased) = (String::new(), 0);
    loop {
        let path = format!("/v1/suppressions?{after}");
        let page: SuppressionsPage = client.call("GET", &path, NOTHING).await?.or_error()?;
        for entry in page.suppressions {
            let Some(address) = entry.address else {
                erased += 1;
                continue;
            };
            let of = |kind: &str| if entry.kind == kind { address.as_str() } else { "" };
            let at = entry.at.to_string();
            let survey = entry.survey.as_deref().unwrap_or_default();
            writer.write_record([
                of("email"),
                of("phone"),
                of("customer"),
                survey,
                entry.reason.as_str(),
                &at,
            ])?;
        }
        match page.next {
            Some(next) => after = format!("after={next}"),
            None => break,
        }
    }
    writer.flush()?;
    if erased > 0 {
        eprintln!("{erased} entries of erased customers are hashes alone, and not written.");
    }
    Ok(())
}
