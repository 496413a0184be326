//! `hearback people`: who works with Hearback.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;

use super::client::{Called, Client, NOTHING, escaped};
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::people::{Person, Role};
use crate::http::{PasswordRequest, PersonInvited, PersonPut, PersonView};

#[derive(Subcommand)]
pub(super) enum PeopleCommand {
    /// Add a person, or put another in place of the one of this id
    Add(Added),
    /// Put the people of a TOML file; those it does not name stay as they are
    Push {
        /// The file
        file: PathBuf,
    },
    /// List everybody
    List,
    /// Remove a person, who is signed out everywhere
    Remove {
        /// The person's id
        id: String,
    },
    /// Print a link by which a person sets a password, once
    Invite {
        /// The person's id
        id: String,
    },
    /// Set a person's password, read from standard input
    Password {
        /// The person's id
        id: String,
    },
}

#[derive(Args)]
pub(super) struct Added {
    /// The id
    #[arg(long)]
    id: PersonId,
    /// The name
    #[arg(long)]
    name: String,
    /// The e-mail address
    #[arg(long)]
    email: String,
    /// What the person may do: agent, lead or admin
    #[arg(long)]
    role: Role,
    /// A unit that a lead leads; may be repeated
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<UnitId>,
    /// The agent who the person is
    #[arg(long)]
    agent: Option<AgentId>,
    /// How many open cases the person can have
    #[arg(long, value_name = "N")]
    capacity: Option<u32>,
    /// In which language mails are written, such as de
    #[arg(long)]
    language: Option<String>,
}

/// A file of people.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    people: Vec<Person>,
}

pub(super) async fn run(client: &Client, command: PeopleCommand) -> anyhow::Result<()> {
    match command {
        PeopleCommand::Add(added) => add(client, added).await,
        PeopleCommand::Push { file } => push(client, &file).await,
        PeopleCommand::List => list(client).await,
        PeopleCommand::Remove { id } => {
            client.call::<()>("DELETE", &path(&id, ""), NOTHING).await?.or_error()?;
            println!("{id} is removed, and signed out everywhere.");
            Ok(())
        }
        PeopleCommand::Invite { id } => invite(client, &id).await,
        PeopleCommand::Password { id } => password(client, &id).await,
    }
}

async fn add(client: &Client, added: Added) -> anyhow::Result<()> {
    let Added { id, name, email, role, units, agent, capacity, language } = added;
    let person = Person { id, name, email, role, units, agent, capacity, language, active: true };
    let put: PersonPut =
        client.call("PUT", &path(person.id.as_str(), ""), Some(&person)).await?.or_error()?;
    println!("{} is {}.", person.id, if put.new { "added" } else { "changed" });
    if put.new {
        println!("`hearback people invite {}` makes a link to set a password.", person.id);
    }
    Ok(())
}

async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let File { people } =
        toml::from_str(&text).with_context(|| format!("{} is not valid", file.display()))?;
    let (mut new, many) = (0, people.len());
    for (place, person) in people.into_iter().enumerate() {
        let called = client.call::<PersonPut>("PUT", &path(person.id.as_str(), ""), Some(&person)).await?;
        match called {
            Called::Done(put) => new += usize::from(put.new),
            Called::Refused(problem) => {
                let fields = problem.fields.iter();
                let fields =
                    fields.map(|field| format!("\n  people[{place}].{}: {}", field.path, field.detail));
                let before =
                    if place == 0 { "nobody was put".into() } else { format!("the {place} before are put") };
                bail!("{}: {} ({before}){}", person.id, problem.detail, fields.collect::<String>())
            }
        }
    }
    println!("{many} people are known, {new} of them new.");
    Ok(())
}

async fn list(client: &Client) -> anyhow::Result<()> {
    let people: Vec<PersonView> = client.call("GET", "/v1/people", NOTHING).await?.or_error()?;
    println!("{:<20}  {:<6}  {:<15}  {:<32}  NAME", "ID", "ROLE", "STATE", "E-MAIL");
    for PersonView { person, password } in people {
        let state = match (person.active, password) {
            (false, _) => "not active",
            (true, true) => "can sign in",
            (true, false) => "has no password",
        };
        let units = person.units.iter().map(UnitId::as_str).collect::<Vec<_>>().join(", ");
        let leads = if units.is_empty() { units } else { format!(" ({units})") };
        let role = person.role.as_str();
        println!("{:<20}  {role:<6}  {state:<15}  {:<32}  {}{leads}", person.id, person.email, person.name);
    }
    Ok(())
}

async fn invite(client: &Client, id: &str) -> anyhow::Result<()> {
    let invited: PersonInvited = client.call("POST", &path(id, "/invitation"), NOTHING).await?.or_error()?;
    let here = || format!("http://{}{}", client.settings.listen, invited.path);
    println!("{}", invited.link.clone().unwrap_or_else(here));
    eprintln!("It sets a password once, until {}.", invited.until);
    Ok(())
}

async fn password(client: &Client, id: &str) -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "The password is read from standard input, and would be seen here: `hearback people password {id} < FILE`."
        );
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).context("cannot read standard input")?;
    let password = typed.trim_end_matches(['\r', '\n']).to_owned();
    client
        .call::<()>("PUT", &path(id, "/password"), Some(&PasswordRequest { password }))
        .await?
        .or_error()?;
    println!("{id} signs in with the new password.");
    Ok(())
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/people/{}{rest}", escaped(id))
}
