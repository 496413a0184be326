//! What results are asked of: survey, period and filters, the same in every address that gives results.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use wire::FieldProblem;

use super::error::Error;
use crate::facts::{Filter, Query};
use crate::store::Store;

/// Reads the parameters that every result takes.
///
/// `from` and `to` are a time (RFC 3339) or a date, which means its first moment in UTC. Each `filters` element is
/// `key:value`; all must hold.
pub(super) fn query(
    survey: Option<&str>,
    from: Option<&str>,
    to: Option<&str>,
    filters: &[String],
) -> Result<Query, Error> {
    let mut problems = Vec::new();
    let mut time = |name: &str, text: Option<&str>| {
        read_time(text).unwrap_or_else(|detail| {
            problems.push(FieldProblem::new(name, detail));
            None
        })
    };
    let (from, to) = (time("from", from), time("to", to));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        problems.push(FieldProblem::new("from", format!("{from} is not before {to}, where the period ends")));
        problems.push(FieldProblem::new("to", format!("{to} is not after {from}, where the period begins")));
    }
    let filters = filters
        .iter()
        .filter_map(|text| match text.split_once(':') {
            Some((key, value)) => Some(Filter { key: key.trim().to_owned(), value: value.trim().to_owned() }),
            None => {
                problems.push(FieldProblem::new(
                    "where",
                    format!("{text:?} is not key:value, such as region:north"),
                ));
                None
            }
        })
        .collect();
    if problems.is_empty() {
        let survey = survey.filter(|survey| !survey.is_empty()).map(str::to_owned);
        Ok(Query { survey, from, to, updated_since: None, filters })
    } else {
        Err(wrong(problems))
    }
}

/// Reads one more parameter that is a time or a date.
pub(super) fn time(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    read_time(text).map_err(|detail| wrong(vec![FieldProblem::new(name, detail)]))
}

/// A survey that is not there has no results, not even none.
pub(super) fn check_survey(query: &Query, store: &Store) -> Result<(), Error> {
    match &query.survey {
        Some(survey) if store.catalog().survey(survey).is_none() => {
            Err(Error::NotFound { what: "survey", id: survey.clone() })
        }
        _ => Ok(()),
    }
}

fn wrong(problems: Vec<FieldProblem>) -> Error {
    let all: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
    Error::Query(all.join("; "), problems)
}

fn read_time(text: Option<&str>) -> Result<Option<Timestamp>, String> {
    text.filter(|text| !text.is_empty()).map(parse_time).transpose()
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let date = text.parse::<Date>().ok().and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    date.map(|start| start.timestamp())
        .ok_or_else(|| format!("{text:?} is neither a date (2026-01-31) nor a time (2026-01-31T09:00:00Z)"))
}
