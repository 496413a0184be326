//! Reports: what the numbers say, put together from counts (`facts`) and their arithmetic (`domain::statistics`), in the
//! words of `wire::report`; and what they look like as tables and pictures. No HTTP and no clock here.

mod answers;
mod compared;
mod drivers;
mod figures;
mod moved;
mod nps;
pub mod pictures;
mod ranking;
mod rates;
pub mod tables;

pub use answers::{AnswersAsk, Question, answers};
pub use compared::Comparing;
pub use drivers::drivers;
pub use moved::moved;
pub use nps::{NpsAsk, nps};
pub use ranking::{ranking, targets};

use jiff::Timestamp;
use wire::Tally;
use wire::report::Asked;

use crate::domain::organisation::Organisation;
use crate::domain::query::Dimension;
use crate::facts::{Ask, Counts, Facts, Key, Query};

/// What every report is made from.
pub struct Source<'a> {
    /// The numbers.
    pub facts: &'a Facts,
    /// The organisation.
    pub organisation: &'a Organisation,
    /// Groups with fewer responses are withheld.
    pub smallest: u64,
}

impl Source<'_> {
    /// What people call the value of a key, where they call it something else.
    fn name(&self, by: &Dimension, key: &Key) -> Option<String> {
        self.organisation.names(&by.key.name).get(key.value()?).map(|name| (*name).to_owned())
    }
}

/// What was asked, as every report says it.
pub fn asked(query: &Query) -> Asked {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Asked {
        survey: query.survey.clone(),
        from: time(query.period.from),
        to: time(query.period.to),
        zone: query.zone.iana_name().unwrap_or("UTC").to_owned(),
    }
}

/// One tally of many counts.
fn sum(counts: &[Counts]) -> Tally {
    let mut sum = Tally::default();
    counts.iter().map(tally).for_each(|tally| sum += tally);
    sum
}

fn tally(counts: &Counts) -> Tally {
    Tally(std::array::from_fn(|score| u64::from(counts[score])))
}

fn written(ask: &Ask) -> Vec<String> {
    ask.by.iter().map(ToString::to_string).collect()
}
