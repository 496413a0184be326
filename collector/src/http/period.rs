//! What results are asked of: survey, period and filters, the same in every address that gives results.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use wire::FieldProblem;

use super::error::Error;
use crate::facts::{Filter, Query};

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
        let parsed = text.filter(|text| !text.is_empty()).map(parse_time).transpose();
        parsed.unwrap_or_else(|detail| {
            problems.push(FieldProblem::new(name, detail));
            None
        })
    };
    let (from, to) = (time("from", from), time("to", to));
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
        Ok(Query { survey: survey.filter(|survey| !survey.is_empty()).map(str::to_owned), from, to, filters })
    } else {
        let all: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
        Err(Error::Query(all.join("; "), problems))
    }
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let date = text.parse::<Date>().ok().and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    date.map(|start| start.timestamp())
        .ok_or_else(|| format!("{text:?} is neither a date (2026-01-31) nor a time (2026-01-31T09:00:00Z)"))
}
