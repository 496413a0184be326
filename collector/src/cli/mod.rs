//! The command line. Except for `serve` and `check-config` every command is a call of the API: of the running collector's,
//! through the socket in its data directory, or, where none runs, of the same routes over the directory itself.

mod asking;
mod bounce;
mod cases;
mod client;
mod customers;
mod embed;
mod follow_up;
mod interactions;
mod invite;
mod keys;
mod links;
mod mail;
mod nps;
mod organisation;
mod people;
mod quotes;
mod secrets;
mod serve;
mod source;
mod suppressions;
mod survey;
mod table;
mod trial;
mod verify;
mod webhooks;
mod withdraw;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::domain::access::Scope;
use crate::settings::{Given, Settings};
use client::Client;

/// Net Promoter surveys in one binary: collector, widget and numbers.
#[derive(Parser)]
#[command(name = "hearback", version, about, arg_required_else_help = true)]
struct Arguments {
    /// Settings file (TOML); environment and flags go before it
    #[arg(long, env = "HEARBACK_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Given,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the collector
    Serve,
    /// Surveys: what is asked
    #[command(subcommand)]
    Survey(SurveyCommand),
    /// The organisation: units and agents
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Invite customers and get their links: one, or all of a CSV
    Invite(invite::Arguments),
    /// Take invitations back: their links say so kindly, and what is still to be sent is not
    Withdraw(withdraw::Arguments),
    /// When customers are asked after an interaction
    #[command(subcommand)]
    Asking(asking::AskingCommand),
    /// What is followed up, by whom and how soon
    #[command(subcommand)]
    FollowUp(follow_up::FollowUpCommand),
    /// Cases: customers whom somebody follows up
    #[command(subcommand)]
    Cases(cases::CasesCommand),
    /// Tell what has happened with customers, from a CSV: they are asked as the asking document says
    Interactions(interactions::Arguments),
    /// The suppression list: who is not to be asked
    #[command(subcommand)]
    Suppressions(suppressions::SuppressionsCommand),
    /// Mails: what customers are sent
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Read a mail that came back, or a complaint, from standard input, as a mail server hands it to an alias, and note what it reports
    Bounce,
    /// Print what to put into a page: the tag, the link for browsers without script, the sources its policy must allow
    Embed(embed::Arguments),
    /// The Net Promoter Score and what is behind it: by anything, over time, compared
    Nps(nps::NpsArguments),
    /// The answers to another question: ratings, effort, choices
    Answers(nps::AnswersArguments),
    /// What customers wrote and may be quoted
    Quotes(quotes::QuotesArguments),
    /// Customers
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// API keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// People who work with Hearback: agents, leads, admins
    #[command(subcommand)]
    People(people::PeopleCommand),
    /// Signing secrets: what a company's server signs the passes of its customers with
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Links to customers' last scores, which open without a key
    #[command(subcommand)]
    Links(LinksCommand),
    /// Webhooks: who is sent what happens, the moment it is stored
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// Count everything once more from what is stored, and compare it with the numbers
    Verify,
    /// Say what the settings are, and whether they would work
    CheckConfig,
}

#[derive(Subcommand)]
enum SurveyCommand {
    /// Put the survey of a TOML file in force; one with an error changes nothing
    Push {
        /// The file
        file: PathBuf,
    },
    /// List the surveys
    List,
    /// How many customers have followed each link to tell others
    Reviews {
        /// The survey
        id: String,
        /// From this day on
        #[arg(long)]
        from: Option<String>,
        /// Before this day
        #[arg(long)]
        to: Option<String>,
    },
}

#[derive(Subcommand)]
enum CustomerCommand {
    /// Erase a customer: what is known, every response, every invitation
    Erase {
        /// The customer's id
        id: String,
        /// Keep scores, ratings and choices as nobody's, with agent, time and attributes
        #[arg(long)]
        keep_scores: bool,
        /// An attribute that is not to stay with the scores, or agent or language; may be repeated
        #[arg(long, value_name = "NAME", requires = "keep_scores")]
        without: Vec<String>,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key and print it: the only time that it can be seen
    Create {
        /// Who uses it, and for what
        #[arg(long)]
        name: String,
        /// What it allows: read, write or admin; may be repeated
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
    },
    /// List the keys, without their secrets
    List,
    /// Revoke a key
    Revoke {
        /// Its id, as `key list` shows it
        id: String,
    },
}

#[derive(Subcommand)]
enum SecretCommand {
    /// Make a signing secret and print it: the only time that it can be seen
    Create {
        /// The survey that the customers may answer
        #[arg(long)]
        survey: String,
    },
    /// List a survey's signing secrets, without what they are
    List {
        /// The survey
        #[arg(long)]
        survey: String,
    },
    /// Revoke a signing secret: no pass that it signed is taken any more
    Revoke {
        /// The survey
        #[arg(long)]
        survey: String,
        /// Its id, as `secret list` shows it
        id: String,
    },
}

#[derive(Subcommand)]
enum LinksCommand {
    /// Revoke all links made so far: none of them shows anything any more
    Revoke,
}

/// A command that failed.
pub struct Failed {
    /// Why, in the words to be shown.
    pub why: anyhow::Error,
    /// What the process exits with.
    pub code: u8,
}

/// Does what the command line says.
///
/// # Errors
/// When it could not be done.
pub async fn main() -> Result<(), Failed> {
    let arguments = Arguments::parse();
    let reads_bounce = matches!(arguments.command, Command::Bounce);
    let code = |why: &anyhow::Error| if reads_bounce { bounce::exit_code(why) } else { 1 };
    run(arguments).await.map_err(|why| Failed { code: code(&why), why })
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { config, settings, command } = arguments;
    let settings = Settings::read(config.as_deref(), settings)?;
    match command {
        Command::Serve => return serve::serve(settings).await,
        Command::CheckConfig => return serve::check(&settings),
        _ => {}
    }
    let client = Client::connect(settings).await?;
    let done = match command {
        Command::Serve | Command::CheckConfig => Ok(()),
        Command::Survey(SurveyCommand::Push { file }) => survey::push(&client, &file).await,
        Command::Survey(SurveyCommand::List) => survey::list(&client).await,
        Command::Survey(SurveyCommand::Reviews { id, from, to }) => {
            survey::reviews(&client, &id, from.as_deref(), to.as_deref()).await
        }
        Command::Organisation(command) => organisation::run(&client, command).await,
        Command::Invite(arguments) => invite::invite(&client, arguments).await,
        Command::Withdraw(arguments) => withdraw::withdraw(&client, arguments).await,
        Command::Asking(command) => asking::run(&client, command).await,
        Command::FollowUp(command) => follow_up::run(&client, command).await,
        Command::Cases(command) => cases::run(&client, command).await,
        Command::Interactions(arguments) => interactions::interactions(&client, arguments).await,
        Command::Suppressions(command) => suppressions::run(&client, command).await,
        Command::Mail(command) => mail::run(&client, command).await,
        Command::Bounce => bounce::bounce(&client).await,
        Command::Embed(arguments) => embed::embed(&client, arguments).await,
        Command::Verify => verify::verify(&client).await,
        Command::Webhooks(command) => webhooks::run(&client, command).await,
        Command::Nps(arguments) => nps::nps(&client, arguments).await,
        Command::Answers(arguments) => nps::answers(&client, arguments).await,
        Command::Quotes(arguments) => quotes::quotes(&client, arguments).await,
        Command::Customer(CustomerCommand::Erase { id, keep_scores, without }) => {
            customers::erase(&client, &id, keep_scores, &without).await
        }
        Command::Key(KeyCommand::Create { name, scopes }) => keys::create(&client, name, scopes).await,
        Command::Key(KeyCommand::List) => keys::list(&client).await,
        Command::Key(KeyCommand::Revoke { id }) => keys::revoke(&client, &id).await,
        Command::People(command) => people::run(&client, command).await,
        Command::Links(LinksCommand::Revoke) => links::revoke(&client).await,
        Command::Secret(SecretCommand::Create { survey }) => secrets::create(&client, &survey).await,
        Command::Secret(SecretCommand::List { survey }) => secrets::list(&client, &survey).await,
        Command::Secret(SecretCommand::Revoke { survey, id }) => secrets::revoke(&client, &survey, &id).await,
    };
    client.close().await;
    done
}
