//! `mail push`, `mail list`, `mail preview` and `mail remove`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::client::{Called, Client, NOTHING, escaped};
use super::source::Source;
use crate::domain::mails::{BUILT_IN, Mail, Rendered, Templates, is_built_in};
use crate::domain::names::is_survey_id;
use crate::http::{MailPushed, MailSummary, Preview, PreviewRequest};

#[derive(clap::Subcommand)]
pub(super) enum MailCommand {
    /// Put the mail of a TOML file in force; one with an error changes nothing
    Push {
        /// The file
        file: PathBuf,
    },
    /// List the mails
    List,
    /// Remove a mail that nothing uses; `invitation` becomes the built-in one again
    Remove {
        /// The mail
        mail: String,
    },
    /// Show a mail as a customer would have it; nothing is sent
    Preview(PreviewArguments),
}

#[derive(clap::Args)]
pub(super) struct PreviewArguments {
    /// The mail
    #[arg(default_value = BUILT_IN)]
    mail: String,
    /// The survey it invites to
    #[arg(long)]
    survey: String,
    /// The customer's language [default: the survey's first]
    #[arg(long)]
    language: Option<String>,
    /// The customer's first name [default: an invented one]
    #[arg(long)]
    first_name: Option<String>,
    /// The agent's name [default: an invented one]
    #[arg(long)]
    agent: Option<String>,
    /// Anything else known, as name=value; may be repeated
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = super::invite::name_and_value)]
    attributes: Vec<(String, String)>,
    /// Of the customer nothing is known but what is said here
    #[arg(long)]
    nobody: bool,
    /// Where to write it: NAME.html, NAME.txt, or NAME.eml, which mail programs open [default: standard output, as text]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) async fn run(client: &Client, command: MailCommand) -> anyhow::Result<()> {
    match command {
        MailCommand::Push { file } => push(client, &file).await,
        MailCommand::List => list(client).await,
        MailCommand::Remove { mail } => remove(client, &mail).await,
        MailCommand::Preview(arguments) => preview(client, arguments).await,
    }
}

async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let mail: Mail = source.parse()?;
    // The name is part of the address: without a sound one there is nothing to call.
    if !is_survey_id(&mail.name) {
        let problems = Templates::new(mail).err().unwrap_or_default();
        return Err(source.refused("the mail is not valid; nothing was stored", &problems));
    }
    match client.call::<MailPushed>("PUT", &format!("/v1/mails/{}", mail.name), Some(&mail)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(MailPushed { name, changed }) => {
            let what = if changed { "it is in force" } else { "nothing changed" };
            println!("Mail {name}: {what}.");
            Ok(())
        }
    }
}

async fn list(client: &Client) -> anyhow::Result<()> {
    let mails: Vec<MailSummary> = client.call("GET", "/v1/mails", NOTHING).await?.or_error()?;
    println!("{:<24} LANGUAGES", "MAIL");
    for mail in mails {
        let note = if mail.built_in { "  (built in)" } else { "" };
        println!("{:<24} {}{note}", mail.name, mail.languages.join(","));
    }
    Ok(())
}

async fn remove(client: &Client, mail: &str) -> anyhow::Result<()> {
    let path = format!("/v1/mails/{}", escaped(mail));
    client.call::<()>("DELETE", &path, NOTHING).await?.or_error()?;
    let left = if is_built_in(mail) { "the built-in one is in force" } else { "it is gone" };
    println!("Mail {mail}: {left}.");
    Ok(())
}

async fn preview(client: &Client, arguments: PreviewArguments) -> anyhow::Result<()> {
    let path = format!("/v1/mails/{}", arguments.mail);
    let request = PreviewRequest {
        survey: arguments.survey,
        language: arguments.language,
        first_name: arguments.first_name,
        agent: arguments.agent,
        attributes: arguments.attributes.into_iter().collect(),
        nobody: arguments.nobody,
    };
    let preview: Preview =
        client.call("POST", &format!("{path}/preview"), Some(&request)).await?.or_error()?;
    let Preview { language, subject, html, text } = preview;
    let Some(out) = arguments.out else {
        println!("{subject}\n\n{text}");
        return Ok(());
    };
    let bytes = match out.extension().and_then(|ending| ending.to_str()) {
        Some("html") => html.into_bytes(),
        Some("txt") => format!("{subject}\n\n{text}").into_bytes(),
        Some("eml") => {
            let mail: Mail = client.call("GET", &path, NOTHING).await?.or_error()?;
            let rendered = Rendered { language, subject, html, text };
            crate::work::sample(&client.settings.smtp, &mail, &rendered, super::serve::wall_clock()())?
        }
        _ => bail!("--out {}: the name ends in .html, .txt or .eml", out.display()),
    };
    std::fs::write(&out, bytes).with_context(|| format!("cannot write {}", out.display()))
}
