//! What results are asked of: survey, period, conditions and time zone, the same in every address that gives results.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::FieldProblem;

use super::App;
use super::error::Error;
use crate::domain::dates;
use crate::domain::people::Sees;
use crate::domain::query::{Calendar, Condition, Dimension, Period, Unreadable, read_time};
use crate::facts::{Members, Query};
use crate::reports::Comparing;

/// Most things that are grouped by at once.
const MOST_KEYS: usize = 3;

/// Makes the parameters of an address that gives results: those that every one takes, and its own. (serde cannot flatten
/// parameters that may be repeated.)
macro_rules! asked {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            /// Only this survey.
            survey: Option<String>,
            /// From this time or date on.
            from: Option<String>,
            /// Before this time or date.
            to: Option<String>,
            /// A condition, such as `region:north and not score:7..`; may be repeated, and all must hold.
            #[serde(default, rename = "where")]
            filters: Vec<String>,
            /// The time zone of dates and of the calendar, such as `Europe/Berlin`; the survey's own when absent.
            zone: Option<String>,
            /// When an agent's unit is looked at: `then` (the default), when the response was given; `now`; or on a day.
            org: Option<String>,
            /// `json`, `csv`, `excel` (CSV with the mark that Excel needs), `ndjson`, `parquet`, or `svg` where there is a picture;
            /// without it `Accept` decides.
            format: Option<String>,
            /// Of a picture: `auto` (the default, as the reader's device is set), `light`, `dark`.
            theme: Option<String>,
            $($own)*
        }

        impl $name {
            fn asked(&self) -> $crate::http::asked::Asked<'_> {
                $crate::http::asked::Asked {
                    survey: self.survey.as_deref(),
                    from: self.from.as_deref(),
                    to: self.to.as_deref(),
                    filters: &self.filters,
                    zone: self.zone.as_deref(),
                    org: self.org.as_deref(),
                    format: self.format.as_deref(),
                    theme: self.theme.as_deref(),
                }
            }
        }
    };
}
pub(super) use asked;

/// What every address that gives results takes.
#[derive(Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    /// Only this survey.
    pub(super) survey: Option<&'a str>,
    /// From this time or date on.
    pub(super) from: Option<&'a str>,
    /// Before this time or date.
    pub(super) to: Option<&'a str>,
    /// Conditions: all must hold.
    pub(super) filters: &'a [String],
    /// The time zone of dates and of the calendar.
    pub(super) zone: Option<&'a str>,
    /// When an agent's unit is looked at.
    pub(super) org: Option<&'a str>,
    /// The form of the answer.
    pub(super) format: Option<&'a str>,
    /// The theme of a picture.
    pub(super) theme: Option<&'a str>,
}

/// Reads parameters, and keeps all that is wrong with them.
pub(super) struct Reading {
    now: Timestamp,
    pub(super) zone: TimeZone,
    problems: Vec<FieldProblem>,
}

impl Reading {
    /// Reads what every address takes, for somebody who sees this of it. A survey that is not there has no results, not even none.
    ///
    /// # Errors
    /// 404 where the survey is not known.
    pub(super) fn begin(app: &App, asked: Asked<'_>, sees: &Sees) -> Result<(Self, Query), Error> {
        let catalog = app.store.catalog();
        let survey = match asked.survey.filter(|survey| !survey.is_empty()) {
            None => None,
            Some(id) => {
                let found = catalog.survey(id);
                Some(found.ok_or_else(|| Error::NotFound { what: "survey", id: id.to_owned() })?)
            }
        };
        let organisation = catalog.organisation();
        drop(catalog);
        let mut reading = Self { now: (app.clock)(), zone: organisation.zone(), problems: Vec::new() };
        let own = survey.as_ref().and_then(|survey| dates::time_zone(survey.time_zone.as_deref()?));
        reading.zone = own.unwrap_or(reading.zone);
        if let Some(name) = asked.zone.filter(|name| !name.is_empty()) {
            match dates::time_zone(name) {
                Some(zone) => reading.zone = zone,
                None => reading.note("zone", format!("{name:?} is no time zone such as Europe/Berlin")),
            }
        }
        let query = Query {
            survey: survey.map(|survey| survey.id.clone()),
            period: reading.period(asked.from, asked.to),
            updated_since: None,
            condition: reading.condition(asked.filters),
            zone: reading.zone.clone(),
            members: reading.members(asked.org, sees),
            sees: sees.clone(),
        };
        Ok((reading, query))
    }

    /// Notes what is wrong with a parameter.
    pub(super) fn note(&mut self, name: &str, detail: impl Into<String>) {
        self.problems.push(FieldProblem::new(name, detail.into()));
    }

    /// What was read, or a note of why it was not.
    pub(super) fn or_note<T>(&mut self, name: &str, read: Result<T, Unreadable>) -> Option<T> {
        read.map_err(|error| self.note(name, error.to_string())).ok()
    }

    /// One more parameter that is a time or a date.
    pub(super) fn time(&mut self, name: &str, text: Option<&str>) -> Option<Timestamp> {
        let text = text.filter(|text| !text.is_empty())?;
        let read = read_time(text, &self.zone);
        self.or_note(name, read)
    }

    /// Where a page begins: what `next` of the page before says.
    pub(super) fn cursor(&mut self, text: Option<&str>) -> u64 {
        let read = text.filter(|text| !text.is_empty()).map_or(Ok(0), str::parse);
        read.unwrap_or_else(|_| {
            self.note("cursor", "not a cursor: use what `next` of the page before says");
            0
        })
    }

    /// What is grouped by.
    pub(super) fn by(&mut self, texts: &[String]) -> Vec<Dimension> {
        let texts: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
        if texts.len() > MOST_KEYS {
            self.note("by", format!("{} of them, more than {MOST_KEYS}", texts.len()));
        }
        texts.into_iter().filter_map(|text| self.or_note("by", Dimension::read(text))).collect()
    }

    /// What is grouped by, where that can be one thing only.
    pub(super) fn by_one(&mut self, text: Option<&str>) -> Vec<Dimension> {
        match text.filter(|text| !text.is_empty()) {
            Some(text) => self.or_note("by", Dimension::read(text)).into_iter().collect(),
            None => {
                self.note("by", "is missing: what to group by, such as team or product");
                Vec::new()
            }
        }
    }

    /// The parts of time of a trend.
    pub(super) fn every(&mut self, text: Option<&str>) -> Option<Calendar> {
        let text = text.filter(|text| !text.is_empty())?;
        self.or_note("every", Calendar::read(text))
    }

    /// Another period: the one before, or one that is named.
    pub(super) fn other_period(&mut self, name: &str, text: &str, period: &Period) -> Option<Period> {
        let read = match text {
            "previous" => period.previous(&self.zone),
            text => Period::read(text, &self.zone),
        };
        self.or_note(name, read)
    }

    /// With what everything is compared. Groups are, where there are some.
    pub(super) fn compare(
        &mut self,
        text: Option<&str>,
        by: &[Dimension],
        period: &Period,
    ) -> Option<Comparing> {
        let compare = match text.filter(|text| !text.is_empty())? {
            "rest" => Comparing::Rest,
            other if other == "previous" || other.contains("..") => {
                return self.other_period("compare", other, period).map(Comparing::Period);
            }
            key => Comparing::Group(key.split(',').map(str::to_owned).collect()),
        };
        if by.is_empty() {
            self.note("compare", "needs `by`: groups are compared");
        }
        Some(compare)
    }

    /// A parameter of this range.
    pub(super) fn number(
        &mut self,
        name: &str,
        number: Option<usize>,
        range: std::ops::RangeInclusive<usize>,
    ) {
        if let Some(number) = number.filter(|number| !range.contains(number)) {
            self.note(name, format!("{number}: from {} to {}", range.start(), range.end()));
        }
    }

    /// Nothing, if nothing was wrong.
    ///
    /// # Errors
    /// All that was.
    pub(super) fn end(self) -> Result<(), Error> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let all: Vec<String> =
            self.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
        Err(Error::Query(all.join("; "), self.problems))
    }

    fn period(&mut self, from: Option<&str>, to: Option<&str>) -> Period {
        let period = Period { from: self.time("from", from), to: self.time("to", to) };
        if let Period { from: Some(from), to: Some(to) } = period
            && from >= to
        {
            self.note("from", format!("{from} is not before {to}, where the period ends"));
            self.note("to", format!("{to} is not after {from}, where the period begins"));
        }
        period
    }

    fn condition(&mut self, texts: &[String]) -> Condition {
        let texts = texts.iter().filter(|text| !text.trim().is_empty());
        let read = texts.filter_map(|text| self.or_note("where", Condition::read(text)));
        read.fold(Condition::default(), Condition::and)
    }

    fn members(&mut self, org: Option<&str>, sees: &Sees) -> Members {
        // An answer is seen by whose unit its agent was in then: today's units may be others', and would be named.
        if !sees.is_all() && org.is_some_and(|org| !org.is_empty() && org != "then") {
            self.note("org", "only `then`, for who does not see every unit");
            return Members::Then;
        }
        match org.filter(|org| !org.is_empty()) {
            None | Some("then") => Members::Then,
            Some("now") => Members::At(self.now),
            Some(text) => match read_time(text, &self.zone) {
                Ok(at) => Members::At(at),
                Err(error) => {
                    self.note("org", format!("neither then, nor now, nor a day: {error}"));
                    Members::Then
                }
            },
        }
    }
}
