//! The organisation in spreadsheets: units, agents and moves, each known by its columns, each row a part of a change.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{anyhow, bail, ensure};
use csv::StringRecord;
use jiff::civil::Date;
use wire::FieldProblem;

use super::cell;
use crate::cli::table::Table;
use crate::domain::dates;
use crate::domain::names::{AgentId, BadName, UnitId};
use crate::domain::organisation::{AgentChange, Change, Membership, Move, UnitChange};

/// What a sheet can hold, with the columns it must have and those it can have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Units,
    Agents,
    Moves,
}

const KINDS: [(Kind, &[&str], &[&str]); 3] = [
    (Kind::Units, &["unit", "kind", "name", "parent"], &["target"]),
    (Kind::Agents, &["agent", "name", "unit"], &["from", "to"]),
    (Kind::Moves, &["agent", "unit", "from"], &[]),
];

/// Sheets, read together.
#[derive(Default)]
pub(super) struct Sheets {
    pub(super) change: Change,
    pub(super) have_units: bool,
    pub(super) have_agents: bool,
    /// The parts of the change, as problems name them, with the file and the line they come from.
    places: HashMap<String, (String, u64)>,
    /// What is wrong with single cells.
    wrong: Vec<String>,
}

impl Sheets {
    /// Reads every file. With `from`, agents move to their units on that day instead of having been there always.
    pub(super) fn read(files: &[PathBuf], change: bool, from: Option<Date>) -> anyhow::Result<Self> {
        let mut sheets = Self::default();
        for file in files {
            let table = Table::read(file)?;
            let kind = kind(&table)?;
            table.check_rows()?;
            ensure!(change || kind != Kind::Moves, "{}: moves are for --change alone", file.display());
            let rows = table.rows.iter().map(|(line, record)| Row::new(&table, *line, record));
            match kind {
                Kind::Units => rows.for_each(|row| sheets.add_unit(row)),
                Kind::Moves => rows.for_each(|row| sheets.add_move(row)),
                Kind::Agents => sheets.add_agents(rows, from),
            }
            sheets.have_units |= kind == Kind::Units;
            sheets.have_agents |= kind == Kind::Agents;
        }
        if sheets.wrong.is_empty() {
            return Ok(sheets);
        }
        Err(anyhow!("the organisation is not valid; nothing was stored{}", sheets.wrong.concat()))
    }

    fn add_unit(&mut self, mut row: Row<'_>) {
        self.place(format!("units[{}]", self.change.units.len()), &row);
        let (id, parent) = (row.id("unit"), row.id_if_any("parent"));
        let target = row.has("target").then(|| row.number("target"));
        let (kind, name) = (Some(row.text("kind").to_owned()), Some(row.text("name").to_owned()));
        self.change.units.extend(id.map(|id| UnitChange { id, kind, name, parent: Some(parent), target }));
        self.wrong.append(&mut row.wrong);
    }

    fn add_move(&mut self, mut row: Row<'_>) {
        self.place(format!("moves[{}]", self.change.moves.len()), &row);
        let (agent, unit, from) = (row.id("agent"), row.id_if_any("unit"), row.date("from"));
        if row.text("from").is_empty() {
            row.add("from", "the first day is needed");
        }
        self.change.moves.extend(agent.zip(from).map(|(agent, from)| Move { agent, unit, from }));
        self.wrong.append(&mut row.wrong);
    }

    /// The rows of one agent are one agent's memberships.
    fn add_agents<'a>(&mut self, rows: impl Iterator<Item = Row<'a>>, from: Option<Date>) {
        let mut agents: Vec<(AgentId, Vec<Row<'a>>)> = Vec::new();
        let mut known: HashMap<AgentId, usize> = HashMap::new();
        for mut row in rows {
            match row.id::<AgentId>("agent") {
                Some(id) => {
                    let place = *known.entry(id.clone()).or_insert(agents.len());
                    if place == agents.len() {
                        agents.push((id, Vec::new()));
                    }
                    agents[place].1.push(row);
                }
                None => self.wrong.append(&mut row.wrong),
            }
        }
        for (id, mut rows) in agents {
            match from {
                Some(from) => self.add_mover(id, &mut rows, from),
                None => self.add_agent(id, &mut rows),
            }
            rows.iter_mut().for_each(|row| self.wrong.append(&mut row.wrong));
        }
    }

    fn add_agent(&mut self, id: AgentId, rows: &mut [Row<'_>]) {
        let path = format!("agents[{}]", self.change.agents.len());
        let name = self.name(&path, &id, rows);
        let dated = rows.len() > 1 || rows.iter().any(|row| row.has_dates());
        let mut agent = AgentChange { id, name, unit: None, memberships: None };
        for row in rows {
            let unit: Option<UnitId> = row.id_if_any("unit");
            if !dated {
                agent.unit = unit.map(Some);
                continue;
            }
            if row.text("unit").is_empty() {
                row.add("unit", "a membership is in a unit");
            }
            let (from, to) = (row.date("from"), row.date("to"));
            let memberships = agent.memberships.get_or_insert_default();
            self.places.insert(format!("{path}.memberships[{}]", memberships.len()), row.place());
            memberships.extend(unit.map(|unit| Membership { unit, from, to }));
        }
        self.change.agents.push(agent);
    }

    fn add_mover(&mut self, id: AgentId, rows: &mut [Row<'_>], from: Date) {
        let path = format!("agents[{}]", self.change.agents.len());
        let name = self.name(&path, &id, rows);
        for (i, row) in rows.iter_mut().enumerate() {
            if i > 0 {
                row.add("agent", &format!("{id} stands here twice, and goes to one unit on {from}"));
            }
            if row.has_dates() {
                row.add("from", "it has dates of its own: push it without --from");
            }
            let Some(unit) = row.id_if_any("unit") else { continue };
            self.place(format!("moves[{}]", self.change.moves.len()), row);
            self.change.moves.push(Move { agent: id.clone(), unit: Some(unit), from });
        }
        self.change.agents.push(AgentChange { id, name, unit: None, memberships: None });
    }

    /// The name, which every row of an agent says, or leaves to the others.
    fn name(&mut self, path: &str, id: &AgentId, rows: &mut [Row<'_>]) -> Option<String> {
        let named = rows.iter().find(|row| !row.text("name").is_empty()).or(rows.first())?;
        self.place(path.to_owned(), named);
        let (name, line) = (named.text("name").to_owned(), named.line);
        for row in rows {
            if !row.text("name").is_empty() && row.text("name") != name {
                row.add("name", &format!("{id} is called {name:?} in line {line}"));
            }
        }
        Some(name)
    }

    fn place(&mut self, path: String, row: &Row<'_>) {
        self.places.insert(path, row.place());
    }

    /// What was refused, each with its file, line and column.
    pub(super) fn refused(&self, detail: &str, fields: &[FieldProblem]) -> anyhow::Error {
        let mut said = detail.to_owned();
        for field in fields {
            said += &match self.find(&field.path) {
                Some(((file, line), column)) => told(file, *line, column, &field.detail),
                None if field.path.is_empty() => format!("\n  {}", field.detail),
                None => format!("\n  {}: {}", field.path, field.detail),
            };
        }
        anyhow!(said)
    }

    /// The line of the innermost part that a path leads to, and the column.
    fn find(&self, path: &str) -> Option<(&(String, u64), &'static str)> {
        let column = match (path.rsplit('.').next()?, path.starts_with("units")) {
            ("id", true) => "unit",
            ("id", false) => "agent",
            (field, _) => ["kind", "name", "parent", "target", "agent", "unit", "from", "to"]
                .into_iter()
                .find(|column| *column == field)
                .unwrap_or_default(),
        };
        let mut part = path;
        loop {
            if let Some(place) = self.places.get(part) {
                return Some((place, column));
            }
            part = part.rsplit_once('.')?.0;
        }
    }
}

fn kind(table: &Table) -> anyhow::Result<Kind> {
    let name = table.path.display();
    let fits = |must: &[&str]| must.iter().all(|column| table.has(column));
    let Some((kind, must, can)) = KINDS.into_iter().find(|(_, must, _)| fits(must)) else {
        let shapes = KINDS.map(|(_, must, can)| [must, can].concat().join(","));
        bail!(
            "{name}, line 1: the columns are those of neither units, agents nor moves: {}",
            shapes.join(" or ")
        );
    };
    // Most are misspelt.
    let unknown = table.header.iter().find(|column| !must.contains(column) && !can.contains(column));
    if let Some(column) = unknown {
        bail!("{name}, line 1: there is no column {column:?}; there are {}", [must, can].concat().join(", "));
    }
    Ok(kind)
}

fn told(file: &str, line: u64, column: &str, detail: &str) -> String {
    let column = if column.is_empty() { String::new() } else { format!(", column {column}") };
    format!("\n  {file}, line {line}{column}: {detail}")
}

/// A row with what is wrong with it.
struct Row<'a> {
    file: String,
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
    wrong: Vec<String>,
}

impl<'a> Row<'a> {
    fn new(table: &'a Table, line: u64, record: &'a StringRecord) -> Self {
        let cells = table.cells(record).map(|(column, text)| (column, cell::read(text.trim()))).collect();
        Self { file: table.path.display().to_string(), line, cells, wrong: Vec::new() }
    }

    fn place(&self) -> (String, u64) {
        (self.file.clone(), self.line)
    }

    fn add(&mut self, column: &str, detail: &str) {
        self.wrong.push(told(&self.file, self.line, column, detail));
    }

    fn has(&self, column: &str) -> bool {
        self.cells.contains_key(column)
    }

    fn has_dates(&self) -> bool {
        !self.text("from").is_empty() || !self.text("to").is_empty()
    }

    fn text(&self, column: &str) -> &'a str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn id<T: FromStr<Err = BadName>>(&mut self, column: &str) -> Option<T> {
        self.text(column).parse().map_err(|bad: BadName| self.add(column, &bad.to_string())).ok()
    }

    /// Nothing, if nothing is there.
    fn id_if_any<T: FromStr<Err = BadName>>(&mut self, column: &str) -> Option<T> {
        if self.text(column).is_empty() { None } else { self.id(column) }
    }

    fn date(&mut self, column: &str) -> Option<Date> {
        let text = self.text(column);
        if text.is_empty() {
            None
        } else {
            dates::read(text).map_err(|detail| self.add(column, &detail)).ok()
        }
    }

    fn number(&mut self, column: &str) -> Option<f64> {
        let text = self.text(column);
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() && !text.is_empty() {
            self.add(column, &format!("{text:?} is not a number such as 42.5"));
        }
        number
    }
}
