//! What results are asked of: one small language, the same in every address and on the command line.
//!
//! ```text
//! where = any ;  any = all { "or" all } ;  all = one { "and" one } ;  one = "not" one | "(" any ")" | test
//! test  = key ":" value { "," value }                 any of these values
//! value = word | "quoted" | "absent" | [low] ".." [high]     low ≤ number < high
//! by    = key [ ":" number { "," number } ]           the numbers cut a numeric key into bands
//! key   = survey | agent | language | category | score | complete          what every response has
//!       | hour | weekday | day | week | month | quarter | year             when it was given
//!       | KIND | ATTRIBUTE | QUESTION                                      a kind of unit, an attribute, an answer
//!       | unit.KIND | attribute.ATTRIBUTE | answer.QUESTION                the same, where a name means several
//! ```
//!
//! A name that means several things means the first of: what every response has, time, kind of unit, attribute, answer.
//! Pure: names are looked up by `facts`, the time zone is an argument.

mod calendar;
mod condition;
mod key;
mod period;

pub use calendar::{Calendar, Timeline};
pub use condition::{Condition, Value, matches};
pub use key::{Dimension, Key, OF_ALL, Space};
pub use period::{Period, read_time};

/// What is wrong with a text of this language, for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);
