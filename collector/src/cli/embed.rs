//! `embed`: what to put into a page.

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};
use wire::Survey;

use super::client::{Client, NOTHING};
use crate::http::embedding::{Mode, Tag, no_script, policy};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The survey
    survey: String,
    /// Pin the tag to the widget as it is now, and have browsers check it: it changes when the page does
    #[arg(long)]
    pinned: bool,
    /// How the survey is shown
    #[arg(long, value_enum, default_value = "inline")]
    mode: Mode,
    /// When it opens: load, delay:SECONDS, scroll:PERCENT, exit, click:SELECTOR or event; several, separated by spaces
    #[arg(long, value_name = "WHEN")]
    open: Option<String>,
    /// Address of the thank-you page
    #[arg(long, value_name = "ADDRESS")]
    next: Option<String>,
    /// Where it is drawn: a CSS selector or an id [default: where the tag stands]
    #[arg(long, value_name = "SELECTOR")]
    target: Option<String>,
    /// Address that browsers reach the collector by [default: the setting public_url]
    #[arg(long, value_name = "URL")]
    collector: Option<String>,
}

pub(super) async fn embed(client: &Client, arguments: Arguments) -> anyhow::Result<()> {
    let path = format!("/v1/surveys/{}", arguments.survey);
    let survey: Survey = client.call("GET", &path, NOTHING).await?.or_error()?;
    let collector = arguments.collector.as_ref().or(client.settings.public_url.as_ref());
    let collector = collector
        .context("where do browsers reach the collector? Set public_url, or give --collector URL")?;
    let collector = collector.trim_end_matches('/');
    anyhow::ensure!(
        collector.starts_with("https://") || collector.starts_with("http://"),
        "--collector is {collector:?}: a full address, such as https://feedback.example.com"
    );

    let (name, integrity) = if arguments.pinned { pin(client).await? } else { ("hearback.js".into(), None) };
    let tag = Tag {
        loader: &format!("{collector}/{name}"),
        integrity: integrity.as_deref(),
        survey: &survey.id,
        mode: arguments.mode,
        open: arguments.open.as_deref(),
        next: arguments.next.as_deref(),
        target: arguments.target.as_deref(),
        language: None,
    };
    println!("Where the survey is to be, for modes other than inline anywhere in the page:\n");
    println!("{}\n{}\n", tag.html(), no_script(&survey, collector));
    println!(
        "Where no script runs, the link tells the collector the page's whole address, because the token stands there.\n"
    );
    println!("What the page's content security policy must allow, if it has one:\n");
    println!("{}", policy(&survey, collector));
    if survey.allowed_origins.is_empty() {
        eprintln!("No page may show the survey yet: its allowed_origins are empty.");
    }
    Ok(())
}

/// Name and hash of the loader that the collector serves.
async fn pin(client: &Client) -> anyhow::Result<(String, Option<String>)> {
    let loader = client.file("/hearback.js").await?;
    let version: String = Sha256::digest(&loader).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let integrity = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(&loader)));
    Ok((format!("hearback-{version}.js"), Some(integrity)))
}
