//! `asking push` and `asking show`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::client::{Called, Client, NOTHING};
use super::source::Source;
use crate::domain::asking::Asking;
use crate::http::AskingPushed;

#[derive(Subcommand)]
pub(super) enum AskingCommand {
    /// Put the asking document of a TOML file in force; one with an error changes nothing
    Push {
        /// The file
        file: PathBuf,
    },
    /// Print the document in force, as TOML
    Show,
}

pub(super) async fn run(client: &Client, command: AskingCommand) -> anyhow::Result<()> {
    match command {
        AskingCommand::Push { file } => push(client, &file).await,
        AskingCommand::Show => {
            let document: Asking = client.call("GET", "/v1/asking", NOTHING).await?.or_error()?;
            print!("{}", toml::to_string(&document)?);
            Ok(())
        }
    }
}

async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let document: Asking = source.parse()?;
    match client.call::<AskingPushed>("PUT", "/v1/asking", Some(&document)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(AskingPushed { changed, rules, quotas }) => {
            let what = if changed { "It is in force" } else { "Nothing changed" };
            println!("{what}: {rules} rules, {quotas} quotas.");
            Ok(())
        }
    }
}
