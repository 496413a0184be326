//! `cases`: the work list, one case, and what is done with it.

use clap::{Args, Subcommand};
use wire::cases::{Act, Action, CaseSummary, CaseView, CasesPage, NewCase, State, TrailEntry};

use super::client::{Client, NOTHING, escaped};

#[derive(Subcommand)]
pub(super) enum CasesCommand {
    /// List the cases that are open, those first of which something is due first
    List(ListArguments),
    /// Show one case: what the customer answered, and what happened
    Show {
        /// Its number
        id: u64,
    },
    /// Open a case by hand
    Open(OpenArguments),
    /// Do something with a case
    Act(ActArguments),
}

#[derive(Args)]
pub(super) struct ListArguments {
    /// open, closed, all, or states separated by commas [default: open]
    #[arg(long)]
    state: Option<String>,
    /// The person who follows up, by id
    #[arg(long)]
    owner: Option<String>,
    /// A unit, with those below it
    #[arg(long)]
    unit: Option<String>,
    /// A root cause, by id
    #[arg(long)]
    root_cause: Option<String>,
    /// overdue or today
    #[arg(long)]
    due: Option<String>,
    /// A customer, by the company's id
    #[arg(long)]
    customer: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

#[derive(Args)]
pub(super) struct OpenArguments {
    /// The customer, by the company's id
    #[arg(long)]
    customer: String,
    /// One of the customer's responses, by id
    #[arg(long)]
    response: Option<String>,
    /// The unit it belongs to
    #[arg(long)]
    unit: Option<String>,
    /// Who follows up: a person's id
    #[arg(long)]
    owner: Option<String>,
    /// Why
    #[arg(long)]
    note: Option<String>,
}

#[derive(Args)]
pub(super) struct ActArguments {
    /// Its number
    id: u64,
    /// acknowledge, contact, resolve, no_answer, not_needed, reopen, assign, root_cause or note
    action: Action,
    /// What is to be known of it; to resolve needs it: what was done
    #[arg(long)]
    note: Option<String>,
    /// What was behind it
    #[arg(long)]
    root_cause: Option<String>,
    /// Who follows it up from now on: a person's id
    #[arg(long)]
    to: Option<String>,
    /// The state that you saw: in another one nothing is done
    #[arg(long)]
    expected: Option<State>,
}

pub(super) async fn run(client: &Client, command: CasesCommand) -> anyhow::Result<()> {
    match command {
        CasesCommand::List(arguments) => list(client, arguments).await,
        CasesCommand::Show { id } => {
            let case: CaseView = client.call("GET", &format!("/v1/cases/{id}"), NOTHING).await?.or_error()?;
            show(&case);
            Ok(())
        }
        CasesCommand::Open(OpenArguments { customer, response, unit, owner, note }) => {
            let case = NewCase { customer, response, unit, owner, note };
            let opened: CaseView = client.call("POST", "/v1/cases", Some(&case)).await?.or_error()?;
            println!("Case {}, followed up by {}.", opened.case.id, opened.case.owner.name);
            Ok(())
        }
        CasesCommand::Act(ActArguments { id, action, note, root_cause, to, expected }) => {
            let act = Act { action, note, root_cause, to, expected, key: None };
            let path = format!("/v1/cases/{id}/actions");
            let case: CaseView = client.call("POST", &path, Some(&act)).await?.or_error()?;
            println!("Case {id} is {}, followed up by {}.", case.case.state, case.case.owner.name);
            Ok(())
        }
    }
}

async fn list(client: &Client, arguments: ListArguments) -> anyhow::Result<()> {
    let ListArguments { state, owner, unit, root_cause, due, customer, limit } = arguments;
    let mut path = format!("/v1/cases?limit={limit}");
    for (name, value) in [
        ("state", state),
        ("owner", owner),
        ("unit", unit),
        ("root_cause", root_cause),
        ("due", due),
        ("customer", customer),
    ] {
        if let Some(value) = value {
            path += &format!("&{name}={}", escaped(&value));
        }
    }
    let page: CasesPage = client.call("GET", &path, NOTHING).await?.or_error()?;
    let counts = &page.counts;
    println!(
        "{} open: {} new, {} acknowledged, {} contacted; {} due today, {} overdue. {} closed.",
        counts.open,
        counts.new,
        counts.acknowledged,
        counts.contacted,
        counts.due,
        counts.overdue,
        counts.closed
    );
    if page.cases.is_empty() {
        return Ok(());
    }
    let rows = page.cases.iter().map(row);
    print_table(["case", "score", "state", "due", "owner", "unit", "customer", "comment"], rows.collect());
    if page.next.is_some() {
        println!("{} of {}; --limit shows more.", page.cases.len(), page.matching);
    }
    Ok(())
}

fn row(case: &CaseSummary) -> [String; 8] {
    let name = |named: &Option<wire::cases::Named>| named.as_ref().map(|named| named.name.clone());
    let due = match (&case.due_at, case.due) {
        (Some(at), Some(promise)) => {
            let late = if case.overdue { ", overdue" } else { "" };
            format!("{promise} by {}{late}", minute(at))
        }
        _ => String::new(),
    };
    [
        case.id.to_string(),
        case.score.map(|score| score.get().to_string()).unwrap_or_default(),
        case.state.to_string(),
        due,
        case.owner.name.clone(),
        name(&case.unit).unwrap_or_default(),
        case.customer.clone().unwrap_or_default(),
        one_line(case.comment.as_deref().unwrap_or_default(), 60),
    ]
}

fn show(view: &CaseView) {
    let case = &view.case;
    let score = case.score.map(|score| format!(", {}/10", score.get())).unwrap_or_default();
    println!("Case {}: {}{score}, followed up by {}", case.id, case.state, case.owner.name);
    let named = |what: &str, named: &Option<wire::cases::Named>| {
        if let Some(named) = named {
            println!("{what}: {} ({})", named.name, named.id);
        }
    };
    if let Some(customer) = &case.customer {
        println!("customer: {customer}");
    }
    named("agent", &case.agent);
    named("unit", &case.unit);
    named("root cause", &case.root_cause);
    for promise in &view.promises {
        let kept = match promise.kept {
            Some(true) => "kept",
            Some(false) => "missed",
            None => "open",
        };
        println!("{} by {}: {kept}", promise.promise, minute(&promise.by));
    }
    for said in view.response.iter().flat_map(|response| &response.answers) {
        println!("\n{}\n  {}", said.question, said.answer.replace('\n', "\n  "));
    }
    println!();
    view.trail.iter().for_each(tell);
}

fn tell(entry: &TrailEntry) {
    let who = entry.who.as_ref().map_or_else(|| entry.by.to_string(), |who| who.name.clone());
    let change = match (&entry.from, &entry.to) {
        (Some(from), Some(to)) => format!(": {from} → {to}"),
        (None, Some(to)) => format!(": {to}"),
        (Some(from), None) => format!(": {from}"),
        (None, None) => String::new(),
    };
    let promise = entry.promise.map(|promise| format!(" ({promise})")).unwrap_or_default();
    println!("{}  {who}: {}{promise}{change}", minute(&entry.at), entry.what);
    if let Some(note) = &entry.note {
        println!("    {}", note.replace('\n', "\n    "));
    }
    if entry.erased {
        println!("    (erased with the customer)");
    }
}

/// A time to the minute.
fn minute(at: &str) -> String {
    at.get(..16).map_or_else(|| at.to_owned(), |minute| minute.replace('T', " "))
}

fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Rows below their names, each column as wide as its longest cell.
fn print_table<const N: usize>(names: [&str; N], rows: Vec<[String; N]>) {
    let names = names.map(str::to_owned);
    let all = || std::iter::once(&names).chain(&rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    for row in all() {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
