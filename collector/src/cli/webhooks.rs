//! `webhooks list`, `create`, `show`, `change`, `remove`, `rotate`, `deliveries`, `replay` and `test`.

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::client::{Client, NOTHING, escaped};
use crate::domain::webhooks::delivery::Outcome;
use crate::http::{
    DeliveriesPage, ReplayBegun, ReplayRequest, WebhookChange, WebhookCreated, WebhookRequest,
    WebhookSecretCreated, WebhookSecretRequest, WebhookView,
};

#[derive(Subcommand)]
pub(super) enum WebhooksCommand {
    /// List the webhooks, and where each stands
    List,
    /// Make a webhook and print its secret: the only time that it can be seen
    Create {
        /// Where messages go: https://…
        url: String,
        /// What to call it
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        wanted: Wanted,
        /// A secret that is there already: whsec_…
        #[arg(long)]
        secret: Option<String>,
    },
    /// Show a webhook, and where it stands
    Show {
        /// Its id
        id: String,
    },
    /// Change a webhook; what is not named stays
    Change {
        /// Its id
        id: String,
        /// Where messages go
        #[arg(long)]
        url: Option<String>,
        /// What to call it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        wanted: Wanted,
        /// Whether to send; true makes one go on that was paused
        #[arg(long)]
        active: Option<bool>,
    },
    /// Remove a webhook
    Remove {
        /// Its id
        id: String,
    },
    /// Make a new secret and print it; the one before signs too for a while
    Rotate {
        /// The webhook's id
        id: String,
        /// A secret that is there already: whsec_…
        #[arg(long)]
        secret: Option<String>,
    },
    /// What was sent to a webhook, the newest first
    Deliveries {
        /// Its id
        id: String,
        /// Only what was not taken, and is sent again
        #[arg(long)]
        failed: bool,
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Send events once more: one, or those of a period
    Replay {
        /// The webhook's id
        id: String,
        /// The event's id
        #[arg(long, required_unless_present = "from", conflicts_with_all = ["from", "to"])]
        event: Option<String>,
        /// What happened from this time on, such as 2026-03-02T09:00:00Z…
        #[arg(long)]
        from: Option<Timestamp>,
        /// …and before this one [default: now]
        #[arg(long, requires = "from")]
        to: Option<Timestamp>,
    },
    /// Send a webhook a message to try it out, and whatever waits for it
    Test {
        /// Its id
        id: String,
    },
}

/// Which events a webhook hears of.
#[derive(Args)]
pub(super) struct Wanted {
    /// Only these types of events, such as response.created or invitation.*; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only of this survey
    #[arg(long)]
    survey: Option<String>,
    /// Only about agents of this unit, or of one below it
    #[arg(long)]
    unit: Option<String>,
    /// Only about this customer
    #[arg(long)]
    customer: Option<String>,
}

pub(super) async fn run(client: &Client, command: WebhooksCommand) -> anyhow::Result<()> {
    match command {
        WebhooksCommand::List => list(client).await,
        WebhooksCommand::Create { url, name, wanted, secret } => {
            let Wanted { types, survey, unit, customer } = wanted;
            let wanted = WebhookRequest { url, name, types, survey, unit, customer, active: None, secret };
            let made: WebhookCreated =
                client.call("POST", "/v1/webhooks", Some(&wanted)).await?.or_error()?;
            // The secret alone, so that a script can take it from here.
            println!("{}", made.secret);
            eprintln!(
                "This secret is not shown again. `hearback webhooks test {}` tries the webhook out.",
                made.id
            );
            Ok(())
        }
        WebhooksCommand::Show { id } => {
            let view: WebhookView = client.call("GET", &address(&id), NOTHING).await?.or_error()?;
            println!("{}", serde_json::to_string_pretty(&view)?);
            Ok(())
        }
        WebhooksCommand::Change { id, url, name, wanted, active } => {
            let Wanted { types, survey, unit, customer } = wanted;
            let types = (!types.is_empty()).then_some(types);
            let (survey, unit, customer) = (survey.map(Some), unit.map(Some), customer.map(Some));
            let change = WebhookChange { url, name, types, survey, unit, customer, active };
            let view: WebhookView = client.call("PATCH", &address(&id), Some(&change)).await?.or_error()?;
            println!("{}", serde_json::to_string_pretty(&view)?);
            Ok(())
        }
        WebhooksCommand::Remove { id } => {
            client.call::<()>("DELETE", &address(&id), NOTHING).await?.or_error()?;
            println!("The webhook {id} is removed.");
            Ok(())
        }
        WebhooksCommand::Rotate { id, secret } => {
            let path = format!("{}/secrets", address(&id));
            let wanted = WebhookSecretRequest { secret };
            let made: WebhookSecretCreated = client.call("POST", &path, Some(&wanted)).await?.or_error()?;
            println!("{}", made.secret);
            eprintln!(
                "This secret is not shown again. The one before signs too until {:.0}.",
                made.both_until
            );
            Ok(())
        }
        WebhooksCommand::Deliveries { id, failed, limit } => deliveries(client, &id, failed, limit).await,
        WebhooksCommand::Replay { id, event, from, to } => {
            let path = format!("{}/replay", address(&id));
            let wanted = ReplayRequest { event, from, to };
            let begun: ReplayBegun = client.call("POST", &path, Some(&wanted)).await?.or_error()?;
            println!(
                "{} events are looked at; those that are for this webhook are sent once more.",
                begun.events
            );
            Ok(())
        }
        WebhooksCommand::Test { id } => {
            let path = format!("{}/test", address(&id));
            client.call::<()>("POST", &path, NOTHING).await?.or_error()?;
            println!("A message is sent. `hearback webhooks deliveries {id}` says what became of it.");
            Ok(())
        }
    }
}

async fn list(client: &Client) -> anyhow::Result<()> {
    let webhooks: Vec<WebhookView> = client.call("GET", "/v1/webhooks", NOTHING).await?.or_error()?;
    println!("{:<12}  {:<8}  {:>7}  {:<20}  URL", "ID", "STATE", "PARKED", "NAME");
    for webhook in webhooks {
        let state = serde_json::to_value(webhook.state)?;
        let WebhookView { id, parked, name, url, .. } = webhook;
        println!("{id:<12}  {:<8}  {parked:>7}  {name:<20}  {url}", state.as_str().unwrap_or_default());
    }
    Ok(())
}

async fn deliveries(client: &Client, id: &str, failed: bool, limit: usize) -> anyhow::Result<()> {
    let outcome = if failed { "&outcome=failed" } else { "" };
    let path = format!("{}/deliveries?limit={limit}{outcome}", address(id));
    let page: DeliveriesPage = client.call("GET", &path, NOTHING).await?.or_error()?;
    println!("{:<20}  {:<16}  {:<20}  {:>3}  {:>6}  ANSWER", "SENT", "EVENT", "TYPE", "TRY", "MS");
    for delivery in page.deliveries {
        let status = delivery.status.map(|status| status.to_string());
        let answer = status.or(delivery.error).unwrap_or_default();
        let given_up = if delivery.outcome == Outcome::GivenUp { " (given up)" } else { "" };
        println!(
            "{:<20.0}  {:<16}  {:<20}  {:>3}  {:>6}  {answer}{given_up}",
            delivery.at,
            delivery.event,
            delivery.what.as_str(),
            delivery.attempt,
            delivery.milliseconds
        );
    }
    Ok(())
}

fn address(id: &str) -> String {
    format!("/v1/webhooks/{}", escaped(id))
}
