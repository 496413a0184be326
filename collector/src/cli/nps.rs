//! `nps` and `answers`: reports, for a terminal or a file.

use std::io::{IsTerminal, Write};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};

use super::client::{Client, escaped};

/// Which report.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Report {
    /// The score, in all, by group, over time
    #[default]
    Score,
    /// What moved it between two periods
    Moved,
    /// What goes with it
    Drivers,
    /// Who stands where
    Ranking,
    /// Units against their targets
    Targets,
}

/// What is asked: the parameters of the API, as README's "Ask for numbers" has them.
#[derive(Args)]
pub(super) struct Asked {
    /// Only this survey
    #[arg(long)]
    survey: Option<String>,
    /// From this day or time on
    #[arg(long)]
    from: Option<String>,
    /// Before this day or time
    #[arg(long)]
    to: Option<String>,
    /// What to group by; may be repeated
    #[arg(long)]
    by: Vec<String>,
    /// A condition, such as 'region:north and not score:7..'; may be repeated
    #[arg(long = "where", value_name = "CONDITION")]
    filters: Vec<String>,
    /// A trend by hour, day, week, month, quarter or year
    #[arg(long)]
    every: Option<String>,
    /// How many parts of time each point of the trend covers
    #[arg(long)]
    rolling: Option<usize>,
    /// With what to compare: previous, a period (2026-01-01..2026-02-01), rest, or the key of a group
    #[arg(long)]
    compare: Option<String>,
    /// Only so many of the largest groups; the others are summed
    #[arg(long)]
    top: Option<usize>,
    /// What makes a group large: n or impact
    #[arg(long)]
    largest: Option<String>,
    /// Tell who was asked, who answered and who finished as well
    #[arg(long)]
    rates: bool,
    /// The time zone, such as Europe/Berlin
    #[arg(long)]
    zone: Option<String>,
    /// An agent's unit is that of then, now, or of a day
    #[arg(long)]
    org: Option<String>,
    /// table, json, csv, ndjson, parquet, or svg where there is a picture
    #[arg(long, default_value = "table")]
    format: String,
    /// Of a picture: auto, light or dark
    #[arg(long)]
    theme: Option<String>,
}

#[derive(Args)]
pub(super) struct NpsArguments {
    /// Which report
    #[arg(value_enum, default_value_t)]
    report: Report,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args)]
pub(super) struct AnswersArguments {
    /// The question's id
    question: String,
    #[command(flatten)]
    asked: Asked,
}

pub(super) async fn nps(client: &Client, arguments: NpsArguments) -> anyhow::Result<()> {
    let path = match arguments.report {
        Report::Score => "/v1/nps",
        Report::Moved => "/v1/nps/moved",
        Report::Drivers => "/v1/nps/drivers",
        Report::Ranking => "/v1/nps/ranking",
        Report::Targets => "/v1/nps/targets",
    };
    show(client, path, &arguments.asked).await
}

pub(super) async fn answers(client: &Client, arguments: AnswersArguments) -> anyhow::Result<()> {
    show(client, &format!("/v1/answers/{}", escaped(&arguments.question)), &arguments.asked).await
}

async fn show(client: &Client, path: &str, asked: &Asked) -> anyhow::Result<()> {
    print(client, &asked.format, |format| format!("{path}?{}", asked.query(format))).await
}

/// Prints a report of this form; `path` is its address in another: a table in columns comes as CSV.
pub(super) async fn print(
    client: &Client,
    format: &str,
    path: impl Fn(&str) -> String,
) -> anyhow::Result<()> {
    let table = format == "table";
    let format = if table { "csv" } else { format };
    let answer = client.file(&path(format)).await?;
    if table {
        print!("{}", aligned(&answer)?);
        return Ok(());
    }
    let mut out = std::io::stdout();
    ensure!(
        format != "parquet" || !out.is_terminal(),
        "Parquet is not for a terminal: send it to a file, with >"
    );
    out.write_all(&answer)?;
    if format == "json" {
        writeln!(out)?;
    }
    Ok(())
}

impl Asked {
    fn query(&self, format: &str) -> String {
        let number = |number: Option<usize>| number.map(|number| number.to_string());
        let one = [
            ("survey", self.survey.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("every", self.every.clone()),
            ("rolling", number(self.rolling)),
            ("compare", self.compare.clone()),
            ("top", number(self.top)),
            ("largest", self.largest.clone()),
            ("rates", self.rates.then(|| "true".to_owned())),
            ("zone", self.zone.clone()),
            ("org", self.org.clone()),
            ("theme", self.theme.clone()),
            ("format", Some(format.to_owned())),
        ];
        let one = one.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let by = self.by.iter().map(|by| ("by", by.clone()));
        let filters = self.filters.iter().map(|filter| ("where", filter.clone()));
        let all = one.chain(by).chain(filters).map(|(name, value)| format!("{name}={}", escaped(&value)));
        all.collect::<Vec<_>>().join("&")
    }
}

/// A CSV in columns for a terminal: numbers to the right and with one decimal (what is never above 1 with three), the counts of single scores
/// and the ends of parts of time left out.
fn aligned(csv: &[u8]) -> anyhow::Result<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().context("the collector's table cannot be read")?;
    let Some((head, rows)) = rows.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        return Ok("Nothing matches.\n".to_owned());
    };
    let detail = |name: &str| {
        name.starts_with("score_") || name.starts_with("value_") || ["from", "to"].contains(&name)
    };
    let shown: Vec<usize> = (0..head.len()).filter(|place| !detail(&head[*place])).collect();
    let mut columns: Vec<Vec<String>> = Vec::new();
    let mut right = Vec::new();
    for place in shown {
        let cells = || rows.iter().map(|row| &row[place]).filter(|cell| !cell.is_empty());
        let numbers = cells().count() > 0 && cells().all(|cell| cell.parse::<f64>().is_ok());
        let whole = cells().all(|cell| cell.parse::<i64>().is_ok());
        let small = cells().all(|cell| cell.parse::<f64>().is_ok_and(|number| number.abs() <= 1.0));
        let count = ["n", "of", "withheld", "rank", "ties"].contains(&&head[place]) || whole && small;
        let digits = if small { 3 } else { 1 };
        let cell = |cell: &str| match cell.parse::<f64>() {
            Ok(number) if numbers && !count && !whole => format!("{number:.digits$}"),
            _ => cell.to_owned(),
        };
        let heading = std::iter::once(head[place].replace('_', " "));
        columns.push(heading.chain(rows.iter().map(|row| cell(&row[place]))).collect());
        right.push(numbers);
    }
    let width = |text: &str| crate::domain::count_characters(text);
    let widths: Vec<usize> =
        columns.iter().map(|column| column.iter().map(|cell| width(cell)).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in 0..=rows.len() {
        let mut line = String::new();
        for ((column, most), right) in columns.iter().zip(&widths).zip(&right) {
            let room = " ".repeat(most - width(&column[row]));
            match right {
                true => line.extend([&*room, &*column[row]]),
                false => line.extend([&*column[row], &*room]),
            }
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_in_columns() {
        let csv = "team,scope,n,nps,p_value,score_0\n,total,12,33.333333,,1\nköln,group,7,-5,0.04321,0\n";
        let text = aligned(csv.as_bytes()).unwrap();
        assert_eq!(
            text,
            "team  scope   n   nps  p value\n      total  12  33.3\nköln  group   7  -5.0    0.043\n"
        );
        assert_eq!(aligned(b"team,n\n").unwrap(), "Nothing matches.\n");
    }

    #[test]
    fn what_stands_in_a_question_arrives_as_it_is() {
        assert_eq!(escaped("a b&c=ä:1..2"), "a%20b%26c%3D%C3%A4%3A1..2");
    }
}
