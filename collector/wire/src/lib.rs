//! The contract between the widget and the collector: what travels, and the rules both sides apply to it.
//!
//! It is plain data and pure functions over `serde`; it knows no network, no clock, no storage and no browser, and
//! builds for wasm32 and natively.
//!
//! Read in this order: [`survey`] (what is asked), [`form`] (the survey as one customer sees it), [`submission`]
//! (what the widget sends), [`receipt`] (what it gets back), [`rules`] (which answers are valid and which question
//! comes next), [`nps`] (the arithmetic), [`report`] (the numbers), [`cases`] (who follows up), [`evidence`] (what came of it),
//! [`problem`] (what went wrong), [`session`] (who has signed in at the desk), [`colour`] (a brand that can be read) and [`drawing`]
//! (stars and faces).
//!
//! **Compatibility.** A widget may be older or newer than its collector. Fields are never renamed or given another
//! meaning; an added field has a default; unknown fields are ignored when reading.

pub mod cases;
pub mod colour;
pub mod drawing;
pub mod evidence;
pub mod form;
pub mod map;
pub mod nps;
pub mod problem;
pub mod receipt;
pub mod report;
pub mod rules;
pub mod session;
pub mod submission;
pub mod survey;

pub use form::{Direction, Form, Words};
pub use map::Map;
pub use nps::{Category, Nps, Score, Tally};
pub use problem::{FieldProblem, Problem};
pub use receipt::Receipt;
pub use submission::{Answer, Answers, Submission};
pub use survey::{Brand, ByCategory, Kind, Localised, Question, Survey, Thanks};
