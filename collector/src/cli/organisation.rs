//! `organisation push`.

use std::path::Path;

use super::client::{Called, Client};
use super::source::Source;
use crate::domain::organisation::Organisation;
use crate::http::OrganisationPushed;

pub(super) async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let organisation: Organisation = source.parse()?;
    match client.call("PUT", "/v1/organisation", Some(&organisation)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(OrganisationPushed { units, agents }) => {
            println!("The organisation has {units} units and {agents} agents.");
            Ok(())
        }
    }
}
