//! `cases evidence` and `cases recovery`: what came of following up.

use clap::Args;
use wire::evidence::{RecoveryReport, Side};
use wire::report::Comparison;

use crate::cli::client::{Client, NOTHING, escaped};
use crate::cli::nps::print;

#[derive(Args)]
struct Common {
    /// Only this survey
    #[arg(long)]
    survey: Option<String>,
    /// Opened on this day or at this time, or after
    #[arg(long)]
    from: Option<String>,
    /// Opened before this day or time
    #[arg(long)]
    to: Option<String>,
    /// A unit, with those below it
    #[arg(long)]
    unit: Option<String>,
    /// The time zone, such as Europe/Berlin
    #[arg(long)]
    zone: Option<String>,
}

#[derive(Args)]
pub(in crate::cli) struct EvidenceArguments {
    #[command(flatten)]
    common: Common,
    /// The person who follows up, by id
    #[arg(long)]
    owner: Option<String>,
    /// The rule that opened them
    #[arg(long)]
    rule: Option<String>,
    /// Besides, by hour, day, week, month, quarter or year
    #[arg(long)]
    every: Option<String>,
    /// table, json, csv, ndjson or parquet
    #[arg(long, default_value = "table")]
    format: String,
}

#[derive(Args)]
pub(in crate::cli) struct RecoveryArguments {
    #[command(flatten)]
    common: Common,
    /// Whose next score: cases (an answer has opened a case), all_cases (also those opened by hand) or detractors
    #[arg(long, default_value = "cases")]
    among: String,
    /// The next score of the same survey, or of any
    #[arg(long, default_value = "same")]
    next: String,
    /// text, json, csv, ndjson or parquet
    #[arg(long, default_value = "text")]
    format: String,
}

impl Common {
    fn query(&self, own: &[(&str, Option<&str>)]) -> String {
        let Self { survey, from, to, unit, zone } = self;
        let common = [("survey", survey), ("from", from), ("to", to), ("unit", unit), ("zone", zone)];
        let common = common.map(|(name, value)| (name, value.as_deref()));
        let all = common.iter().chain(own).filter_map(|(name, value)| Some((*name, (*value)?)));
        all.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }
}

pub(super) async fn evidence(client: &Client, arguments: EvidenceArguments) -> anyhow::Result<()> {
    let EvidenceArguments { common, owner, rule, every, format } = arguments;
    print(client, &format, |format| {
        let own = [
            ("owner", owner.as_deref()),
            ("rule", rule.as_deref()),
            ("every", every.as_deref()),
            ("format", Some(format)),
        ];
        format!("/v1/cases/evidence?{}", common.query(&own))
    })
    .await
}

pub(super) async fn recovery(client: &Client, arguments: RecoveryArguments) -> anyhow::Result<()> {
    let RecoveryArguments { common, among, next, format } = arguments;
    let path = |format: &str| {
        let own = [("among", Some(&*among)), ("next", Some(&*next)), ("format", Some(format))];
        format!("/v1/cases/recovery?{}", common.query(&own))
    };
    if format != "text" {
        return print(client, &format, path).await;
    }
    let report: RecoveryReport = client.call("GET", &path("json"), NOTHING).await?.or_error()?;
    std::print!("{}", told(&report));
    Ok(())
}

/// The report in words.
fn told(report: &RecoveryReport) -> String {
    let mut lines = vec![format!("{} customers, each once.", report.customers)];
    lines.push(side("Followed up", &report.followed_up));
    lines.push(side("Not followed up", &report.not_followed_up));
    lines.extend(between("Difference as counted", report.difference.as_ref()));
    let adjusted = report.adjusted.as_ref().map(|adjusted| &adjusted.comparison);
    lines.extend(between("Among customers who began with the same score", adjusted));
    lines.push(String::new());
    lines.extend(report.caveats.iter().map(|caveat| format!("! {}", caveat.sentence)));
    lines.join("\n") + "\n"
}

fn side(name: &str, side: &Side) -> String {
    let again = &side.answered_again;
    let asked = format!("{} of {} answered when they were asked again", again.n, again.of);
    let figures = side.first.as_ref().and_then(|first| first.nps).zip(side.next.as_ref());
    let Some((first, next)) = figures else {
        return format!("{name}: {} next scores, not shown; {asked}.", side.n);
    };
    let [low, high] = next.interval.unwrap_or_default();
    format!(
        "{name}: {} next scores, NPS {first:.1} before and {:.1} ({low:.1} to {high:.1}) after; {asked}.",
        side.n,
        next.nps.unwrap_or_default()
    )
}

fn between(name: &str, comparison: Option<&Comparison>) -> Option<String> {
    let Comparison { difference, interval: [low, high], p_value } = comparison?;
    let p_value = if *p_value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p_value:.3}") };
    Some(format!("{name}: {difference:+.1} ({low:+.1} to {high:+.1}), {p_value}."))
}
