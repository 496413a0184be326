//! `organisation push` and `organisation show`.

mod cell;
mod sheets;
mod show;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use jiff::civil::Date;
use serde_json::json;

use super::client::{Called, Client, NOTHING};
use super::source::Source;
use crate::domain::dates;
use crate::domain::organisation::{Change, Organisation};
use crate::http::OrganisationPushed;
use sheets::Sheets;
use show::Format;

#[derive(clap::Subcommand)]
pub(super) enum OrganisationCommand {
    /// Put an organisation in place of the one before, or change it; a file with an error changes nothing
    ///
    /// TOML holds all of it. A CSV is known by its columns: `unit,kind,name,parent[,target]` are units, `agent,name,unit[,from,to]`
    /// are agents, with a row for each membership that has dates, and `agent,unit,from` are moves, with --change.
    Push(Push),
    /// Print the organisation
    Show(Show),
}

#[derive(clap::Args)]
pub(super) struct Push {
    /// The file: one of TOML; or of CSV, which can be several
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change what the file names, and leave the rest as it is. Without it, what isn't in the file is forgotten
    #[arg(long)]
    change: bool,
    /// The agents of a CSV go to their units on this date, and where they were before is kept
    #[arg(long, value_name = "DATE", requires = "change", value_parser = dates::read)]
    from: Option<Date>,
}

#[derive(clap::Args)]
pub(super) struct Show {
    /// Only the agents of this day, each with the membership of that day
    #[arg(long, value_name = "DATE", value_parser = dates::read)]
    at: Option<Date>,
    /// How to print it. The tree is for people; the others can be pushed
    #[arg(long, value_enum, default_value = "tree")]
    format: Format,
}

pub(super) async fn run(client: &Client, command: OrganisationCommand) -> anyhow::Result<()> {
    match command {
        OrganisationCommand::Push(arguments) => push(client, arguments).await,
        OrganisationCommand::Show(arguments) => show(client, arguments).await,
    }
}

async fn push(client: &Client, Push { files, change, from }: Push) -> anyhow::Result<()> {
    if files.iter().any(|file| is_csv(file)) {
        ensure!(files.iter().all(|file| is_csv(file)), "TOML and CSV cannot be pushed together");
        return push_sheets(client, &files, change, from).await;
    }
    let [file] = &files[..] else { bail!("of TOML one file can be pushed at a time") };
    ensure!(from.is_none(), "--from is for a CSV; in TOML each of `moves` says when it is");
    let source = Source::read(file)?;
    let called = if change {
        client.call("PATCH", PATH, Some(&source.parse::<Change>()?)).await?
    } else {
        client.call("PUT", PATH, Some(&source.parse::<Organisation>()?)).await?
    };
    match called {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(pushed) => {
            tell(&pushed);
            Ok(())
        }
    }
}

const PATH: &str = "/v1/organisation";

fn is_csv(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

async fn push_sheets(
    client: &Client,
    files: &[PathBuf],
    change: bool,
    from: Option<Date>,
) -> anyhow::Result<()> {
    let sheets = Sheets::read(files, change, from)?;
    let called = if change {
        client.call("PATCH", PATH, Some(&sheets.change)).await?
    } else {
        // Half of an organisation in place of all of it would be a loss that nobody meant.
        ensure!(
            sheets.have_units && sheets.have_agents,
            "a CSV holds the units or the agents: push both files together, or one of them with --change"
        );
        // No column is for the time zone.
        let before: Organisation = client.call("GET", PATH, NOTHING).await?.or_error()?;
        let Change { units, agents, .. } = &sheets.change;
        let whole = json!({"time_zone": before.time_zone, "units": units, "agents": agents});
        client.call("PUT", PATH, Some(&whole)).await?
    };
    match called {
        Called::Refused(problem) => Err(sheets.refused(&problem.detail, &problem.fields)),
        Called::Done(pushed) => {
            tell(&pushed);
            Ok(())
        }
    }
}

fn tell(pushed: &OrganisationPushed) {
    let OrganisationPushed { units, agents, changed_units, changed_agents } = *pushed;
    let mut said = format!("The organisation has {} and {}", count(units, "unit"), count(agents, "agent"));
    let _ = match (changed_units, changed_agents) {
        (0, 0) => write!(said, "; none of them changed."),
        _ => {
            write!(said, "; {} and {} changed.", count(changed_units, "unit"), count(changed_agents, "agent"))
        }
    };
    println!("{said}");
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

async fn show(client: &Client, Show { at, format }: Show) -> anyhow::Result<()> {
    let path = at.map_or(PATH.to_owned(), |at| format!("{PATH}?at={at}"));
    let organisation: Organisation = client.call("GET", &path, NOTHING).await?.or_error()?;
    print!("{}", show::printed(&organisation, format)?);
    Ok(())
}
