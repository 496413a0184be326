//! The organisation, printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::cell;
use crate::domain::organisation::{Agent, Organisation, Span, Unit};

/// How it is printed.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    /// Units below units, agents in theirs, with their dates
    Tree,
    /// A file as it is pushed
    Toml,
    /// A sheet of the units
    UnitsCsv,
    /// A sheet of the agents, with a row for each membership
    AgentsCsv,
}

pub(super) fn printed(organisation: &Organisation, format: Format) -> anyhow::Result<String> {
    match format {
        Format::Tree => Ok(tree(organisation)),
        Format::Toml => Ok(toml::to_string(organisation)?),
        Format::UnitsCsv => units(organisation),
        Format::AgentsCsv => agents(organisation),
    }
}

fn tree(organisation: &Organisation) -> String {
    let mut members: BTreeMap<&str, Vec<(&Agent, Span<'_>)>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for agent in &organisation.agents {
        let spans = agent.spans();
        if spans.is_empty() {
            nowhere.push(agent);
        }
        for span in spans {
            members.entry(span.unit.as_str()).or_default().push((agent, span));
        }
    }
    let mut children: BTreeMap<Option<&str>, Vec<&Unit>> = BTreeMap::new();
    for unit in &organisation.units {
        children.entry(unit.parent.as_ref().map(|parent| parent.as_str())).or_default().push(unit);
    }
    children.values_mut().for_each(|units| units.sort_by_key(|unit| std::cmp::Reverse(&unit.name)));
    let mut said = String::new();
    if let Some(zone) = &organisation.time_zone {
        let _ = writeln!(said, "Dates begin in {zone}.\n");
    }
    // A list of its own instead of the program's: a tree may be deeper than that.
    let mut next: Vec<(&Unit, usize)> =
        children.remove(&None).into_iter().flatten().map(|unit| (unit, 0)).collect();
    while let Some((unit, depth)) = next.pop() {
        let target = unit.target.map(|target| format!(", target {target}")).unwrap_or_default();
        let _ = writeln!(said, "{:1$}{2} ({3} {4}{target})", "", 2 * depth, unit.name, unit.kind, unit.id);
        let mut here = members.remove(unit.id.as_str()).unwrap_or_default();
        here.sort_by_key(|(agent, span)| (&agent.name, span.from));
        for (agent, span) in here {
            let always = (span.from, span.to) == (Date::MIN, Date::MAX);
            let period = if always { String::new() } else { format!(", {}", span.period()) };
            let _ = writeln!(said, "{:1$}- {2} ({3}){period}", "", 2 * depth + 2, agent.name, agent.id);
        }
        next.extend(
            children.remove(&Some(unit.id.as_str())).into_iter().flatten().map(|unit| (unit, depth + 1)),
        );
    }
    if !nowhere.is_empty() {
        said += "In no unit\n";
        nowhere.iter().for_each(|agent| said += &format!("  - {} ({})\n", agent.name, agent.id));
    }
    said
}

fn units(organisation: &Organisation) -> anyhow::Result<String> {
    let mut sheet = csv::Writer::from_writer(Vec::new());
    sheet.write_record(["unit", "kind", "name", "parent", "target"])?;
    for unit in &organisation.units {
        let parent = unit.parent.as_ref().map(|parent| parent.as_str()).unwrap_or_default();
        let target = unit.target.map(|target| target.to_string()).unwrap_or_default();
        let texts = [unit.id.as_str(), &unit.kind, &unit.name, parent].map(cell::written);
        // A number below zero is no formula.
        sheet.write_record(texts.iter().map(|text| text.as_ref()).chain([target.as_str()]))?;
    }
    Ok(String::from_utf8(sheet.into_inner()?)?)
}

fn agents(organisation: &Organisation) -> anyhow::Result<String> {
    let mut sheet = csv::Writer::from_writer(Vec::new());
    sheet.write_record(["agent", "name", "unit", "from", "to"])?;
    let day = |date: Date, open: Date| if date == open { String::new() } else { date.to_string() };
    for agent in &organisation.agents {
        let mut row = |unit: &str, from: &str, to: &str| {
            let texts = [agent.id.as_str(), &agent.name, unit].map(cell::written);
            sheet.write_record(texts.iter().map(|text| text.as_ref()).chain([from, to]))
        };
        let spans = agent.spans();
        if spans.is_empty() {
            row("", "", "")?;
        }
        for span in spans {
            row(span.unit.as_str(), &day(span.from, Date::MIN), &day(span.to, Date::MAX))?;
        }
    }
    Ok(String::from_utf8(sheet.into_inner()?)?)
}
