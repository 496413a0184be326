//! `follow-up push` and `follow-up show`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::client::{Called, Client, NOTHING};
use super::source::Source;
use crate::domain::cases::FollowUp;
use crate::http::FollowUpPushed;

#[derive(Subcommand)]
pub(super) enum FollowUpCommand {
    /// Put the follow-up document of a TOML file in force; one with an error changes nothing
    Push {
        /// The file
        file: PathBuf,
    },
    /// Print the document in force, as TOML
    Show,
}

pub(super) async fn run(client: &Client, command: FollowUpCommand) -> anyhow::Result<()> {
    match command {
        FollowUpCommand::Push { file } => push(client, &file).await,
        FollowUpCommand::Show => {
            let document: FollowUp = client.call("GET", "/v1/follow-up", NOTHING).await?.or_error()?;
            print!("{}", toml::to_string(&document)?);
            Ok(())
        }
    }
}

async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let document: FollowUp = source.parse()?;
    match client.call::<FollowUpPushed>("PUT", "/v1/follow-up", Some(&document)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(FollowUpPushed { changed, rules, root_causes }) => {
            let what = if changed { "It is in force" } else { "Nothing changed" };
            println!("{what}: {rules} rules, {root_causes} root causes.");
            Ok(())
        }
    }
}
