//! `invite`: one customer, or every row of a CSV.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use csv::StringRecord;
use jiff::Timestamp;
use wire::Problem;

use super::client::{Called, Client, is_doubtful};
use super::table::Table;
use crate::domain::invitations::InvitationRequest;
use crate::http::{InvitationsCreated, InvitationsRequest};

/// The columns that are no attributes.
const COLUMNS: [&str; 6] = ["customer", "email", "phone", "first_name", "agent", "language"];

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The survey
    #[arg(long)]
    survey: String,
    /// Invite every row of this CSV: all of them, or none if one is not valid. Columns: customer (required), email, phone,
    /// first_name, agent, language; every other column is an attribute
    #[arg(long, value_name = "FILE", conflicts_with_all = ["customer", "email", "phone", "first_name", "agent", "language", "attributes"])]
    csv: Option<PathBuf>,
    /// Where to write the CSV back, with a column `link`, empty where the customer may not be asked [default: standard output]
    #[arg(long, value_name = "FILE", requires = "csv")]
    out: Option<PathBuf>,
    /// The customer's id
    #[arg(long, required_unless_present = "csv")]
    customer: Option<String>,
    /// The customer's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The customer's telephone number
    #[arg(long)]
    phone: Option<String>,
    /// The customer's first name
    #[arg(long)]
    first_name: Option<String>,
    /// The agent's id
    #[arg(long)]
    agent: Option<String>,
    /// The customer's language
    #[arg(long)]
    language: Option<String>,
    /// Send each the link by this mail, as `mail list` shows it; `invitation` is there already [default: none, the links
    /// are yours to send]
    #[arg(long, value_name = "NAME")]
    mail: Option<String>,
    /// When to send the mail, such as 2026-03-02T09:00:00Z [default: at once]
    #[arg(long, value_name = "TIME", requires = "mail")]
    send_at: Option<Timestamp>,
    /// Anything else known, as name=value; may be repeated
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = name_and_value)]
    attributes: Vec<(String, String)>,
}

pub(super) fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("{text:?} is not name=value"))?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) async fn invite(client: &Client, arguments: Arguments) -> anyhow::Result<()> {
    match &arguments.csv {
        Some(path) => invite_csv(client, &arguments, path).await,
        None => invite_one(client, arguments).await,
    }
}

async fn invite_one(client: &Client, arguments: Arguments) -> anyhow::Result<()> {
    const DOUBT: &str =
        "it is not known whether the customer was invited, and there is no link: invite again";
    let request = InvitationRequest {
        customer: arguments.customer.unwrap_or_default(),
        email: arguments.email,
        phone: arguments.phone,
        first_name: arguments.first_name,
        agent: arguments.agent,
        language: arguments.language,
        attributes: arguments.attributes.into_iter().collect(),
        mail: arguments.mail,
        send_at: arguments.send_at,
        expires_at: None,
    };
    let body = InvitationsRequest { survey: arguments.survey, invitations: vec![request] };
    let called = client.call("POST", "/v1/invitations", Some(&body)).await.context(DOUBT)?;
    let doubtful = matches!(&called, Called::Refused(problem) if is_doubtful(problem));
    let created: InvitationsCreated =
        called.or_error().map_err(|error| if doubtful { error.context(DOUBT) } else { error })?;
    for invitation in &created.invitations {
        match (&invitation.link, &invitation.sentence) {
            (Some(link), _) => println!("{link}"),
            (None, sentence) => bail!("nobody was invited: {}", sentence.as_deref().unwrap_or_default()),
        }
    }
    Ok(())
}

async fn invite_csv(client: &Client, arguments: &Arguments, path: &Path) -> anyhow::Result<()> {
    let (survey, out) = (&arguments.survey, arguments.out.as_deref());
    let table = Table::read(path).context("nobody was invited")?;
    if !table.has("customer") {
        bail!("{}, line 1: there is no column \"customer\"; nobody was invited", path.display());
    }
    if table.has("link") {
        bail!(
            "{}, line 1: there is a column \"link\" already, the one to be written; nobody was invited",
            path.display()
        );
    }
    table.check_rows().context("nobody was invited")?;
    let requests = table.requests(arguments);
    // Every row is checked before the first is invited, however many calls they take.
    let per_call = client.settings.limits.invitations_per_call.max(1);
    let calls: Vec<_> = requests.chunks(per_call).collect();
    let call = async |query: &str, requests: &[InvitationRequest]| {
        let body = InvitationsRequest { survey: survey.clone(), invitations: requests.to_vec() };
        client.call::<InvitationsCreated>("POST", &format!("/v1/invitations{query}"), Some(&body)).await
    };
    for (i, requests) in calls.iter().enumerate() {
        if let Called::Refused(problem) = call("?check=true", requests).await.context("nobody was invited")? {
            return Err(table.refused(&problem, i * per_call, "nobody was invited"));
        }
    }
    // The links are nowhere to be had again: first there must be a place for them, and what one call gave is in it
    // before the next is made.
    let mut links = Links::new(out)?;
    let mut invited = 0;
    for (i, requests) in calls.iter().enumerate() {
        let rows = i * per_call..i * per_call + requests.len();
        let created = match call("", requests).await {
            Ok(Called::Done(created)) => created,
            Ok(Called::Refused(problem)) => {
                let these = if is_doubtful(&problem) { These::Unknown } else { These::NotInvited };
                let done = table.done(&rows, these);
                return Err(table.refused(&problem, rows.start, &done));
            }
            Err(error) => return Err(error.context(table.done(&rows, These::Unknown))),
        };
        links.write(&table, &rows, &created).with_context(|| table.done(&rows, These::Unwritten))?;
        invited += created.invitations.iter().filter(|invitation| invitation.link.is_some()).count();
    }
    eprintln!("{invited} customers are invited.");
    Ok(())
}

/// What became of the rows of the last call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum These {
    /// It was refused.
    NotInvited,
    /// It broke off, and may be done or not.
    Unknown,
    /// It was done, but the links could not be written.
    Unwritten,
}

impl Table {
    fn requests(&self, arguments: &Arguments) -> Vec<InvitationRequest> {
        let request = |record: &StringRecord| {
            let cells: BTreeMap<&str, &str> = self.cells(record).collect();
            let cell = |name: &str| cells.get(name).map(|value| (*value).to_owned());
            let other = |(name, value): (&&str, &&str)| {
                (!COLUMNS.contains(name) && !value.trim().is_empty())
                    .then(|| ((*name).to_owned(), (*value).to_owned()))
            };
            InvitationRequest {
                customer: cell("customer").unwrap_or_default(),
                email: cell("email"),
                phone: cell("phone"),
                first_name: cell("first_name"),
                agent: cell("agent"),
                language: cell("language"),
                attributes: cells.iter().filter_map(other).collect(),
                mail: arguments.mail.clone(),
                send_at: arguments.send_at,
                expires_at: None,
            }
        };
        self.rows.iter().map(|(_, record)| request(record)).collect()
    }

    /// Who is invited and who is not, when all went well before these rows and nothing was tried after them.
    fn done(&self, rows: &Range<usize>, these: These) -> String {
        let line = |row: usize| self.rows.get(row).map(|(line, _)| *line);
        let mut said = Vec::new();
        if rows.start > 0 {
            said.push(format!("{} customers are invited and have their links", rows.start));
        }
        let those = format!("the {} customers from line {} on", rows.len(), line(rows.start).unwrap_or(0));
        match these {
            These::NotInvited => {}
            These::Unknown => {
                said.push(format!("it is not known whether {those} are invited: they have no links"));
            }
            These::Unwritten => {
                said.push(format!("{those} are invited, but not all of their links are written"));
            }
        }
        let rest = if these == These::NotInvited { rows.start } else { rows.end };
        match line(rest) {
            Some(_) if rest == 0 => said.push("nobody was invited".into()),
            Some(line) => said.push(format!("from line {line} on nobody was invited")),
            None => {}
        }
        said.join("; ")
    }

    /// What was refused, each with its line and column. `first` is the row that the call began with.
    fn refused(&self, problem: &Problem, first: usize, done: &str) -> anyhow::Error {
        let name = self.path.display();
        let mut said = format!("{name}: {}; {done}", problem.detail);
        for field in &problem.fields {
            let place = field.path.strip_prefix("invitations[").and_then(|rest| rest.split_once(']'));
            let row = place
                .and_then(|(i, column)| Some((self.rows.get(first + i.parse::<usize>().ok()?)?, column)));
            said += &match row {
                Some(((line, _), column)) => {
                    let column = column.trim_start_matches('.').trim_start_matches("attributes.");
                    format!("\n  line {line}, column {column}: {}", field.detail)
                }
                None => format!("\n  {}: {}", field.path, field.detail),
            };
        }
        anyhow::anyhow!(said)
    }
}

/// Where the rows go with their links.
struct Links {
    /// Not opened for writing before there is something to write.
    writer: Option<csv::Writer<Box<dyn Write>>>,
    out: Option<File>,
}

impl Links {
    fn new(out: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { writer: None, out: out.map(open).transpose()? })
    }

    /// Writes these rows with the links made for them; they are in the file when this returns.
    fn write(
        &mut self,
        table: &Table,
        rows: &Range<usize>,
        created: &InvitationsCreated,
    ) -> anyhow::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file: Box<dyn Write> = match self.out.take() {
                    Some(file) => {
                        // A pipe cannot be cut, and need not be.
                        if file.metadata()?.is_file() {
                            file.set_len(0)?;
                        }
                        Box::new(file)
                    }
                    None => Box::new(std::io::stdout()),
                };
                let writer = self.writer.insert(csv::Writer::from_writer(file));
                writer.write_record(table.header.iter().chain(["link"]))?;
                writer
            }
        };
        for ((line, record), invitation) in table.rows[rows.clone()].iter().zip(&created.invitations) {
            let link = invitation.link.as_deref().unwrap_or_default();
            writer.write_record(record.iter().chain([link]))?;
            if let Some(sentence) = &invitation.sentence {
                eprintln!("line {line}: {} is not invited. {sentence}", invitation.customer);
            }
        }
        Ok(writer.flush()?)
    }
}

/// Opens a file to write to; what is in it stays until there is something to write.
fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::options().write(true).create(true).truncate(false).open(path);
    file.with_context(|| format!("cannot write {}; nobody was invited", path.display()))
}
