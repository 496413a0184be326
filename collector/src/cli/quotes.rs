//! `quotes`: what may be quoted, for a terminal or a file.

use clap::Args;

use super::client::{Client, NOTHING, escaped};
use super::nps::print;
use crate::domain::quotes::Quotation;
use crate::http::QuotesPage;

#[derive(Args)]
pub(super) struct QuotesArguments {
    /// Only of this survey
    #[arg(long)]
    survey: Option<String>,
    /// Of responses from this day or time on
    #[arg(long)]
    from: Option<String>,
    /// Of responses before this day or time
    #[arg(long)]
    to: Option<String>,
    /// A condition, such as 'team:north and score:10'; may be repeated
    #[arg(long = "where", value_name = "CONDITION")]
    filters: Vec<String>,
    /// Only what may be quoted with the customer's name
    #[arg(long)]
    named: bool,
    /// The time zone, such as Europe/Berlin
    #[arg(long)]
    zone: Option<String>,
    /// text, json, csv, excel, ndjson or parquet
    #[arg(long, default_value = "text")]
    format: String,
}

impl QuotesArguments {
    fn path(&self, own: &[(&str, &str)]) -> String {
        let one = [("survey", &self.survey), ("from", &self.from), ("to", &self.to), ("zone", &self.zone)];
        let one = one.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let named = self.named.then_some(("where", "quotable:named"));
        let filters = self.filters.iter().map(|filter| ("where", &**filter));
        let all = one.chain(filters).chain(named).chain(own.iter().copied());
        let all: Vec<String> = all.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        format!("/v1/quotes?{}", all.join("&"))
    }
}

pub(super) async fn quotes(client: &Client, arguments: QuotesArguments) -> anyhow::Result<()> {
    match &*arguments.format {
        "text" | "json" => {}
        format => return print(client, format, |format| arguments.path(&[("format", format)])).await,
    }
    let quotes = all(client, &arguments).await?;
    if arguments.format == "json" {
        println!("{}", serde_json::to_string_pretty(&quotes)?);
    } else if quotes.is_empty() {
        println!("Nothing may be quoted.");
    } else {
        quotes.iter().for_each(tell);
    }
    Ok(())
}

/// Page by page, to the last.
async fn all(client: &Client, arguments: &QuotesArguments) -> anyhow::Result<Vec<Quotation>> {
    let (mut quotes, mut cursor) = (Vec::new(), "0".to_owned());
    loop {
        let path = arguments.path(&[("format", "json"), ("cursor", &cursor)]);
        let page: QuotesPage = client.call("GET", &path, NOTHING).await?.or_error()?;
        quotes.extend(page.quotes);
        if !page.more {
            return Ok(quotes);
        }
        cursor = page.next;
    }
}

/// A line about it, and the words whole: cut, they would be another quote.
fn tell(quote: &Quotation) {
    let day = quote.at.to_string();
    let score = quote.score.map_or_else(|| "–".to_owned(), |score| format!("{}/10", score.get()));
    let who = quote.customer.as_deref().unwrap_or("without the name");
    println!("{}  {score:>5}  {}  {who}", day.get(..10).unwrap_or(&day), quote.survey);
    println!("    {}", quote.words.trim().replace('\n', "\n    "));
}
