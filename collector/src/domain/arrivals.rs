//! Who came by a mail: a person, or a program.
//!
//! Programs that look into mail fetch every link in it, and some run the page behind it. None of that records an answer: only a
//! submission does. But an agent is told whether the customer opened the mail and followed the link, and a program's visit is not
//! to be taken for the customer's. Every one is noted, with its time and with what was fetched: no address, no name of a
//! program. [`mark`] says of each whether it looks automatic, by these rules:
//!
//! 1. **It asks for the head alone** (`HEAD`). Browsers and mail programs do not.
//! 2. **It names itself as a program**, or names nothing at all ([`names_itself`]). This is a hint: most scanners call
//!    themselves a browser, so that it does not says nothing.
//! 3. **It fetches the hidden link**, which no person sees. Then whatever else was fetched within [`AROUND_HIDDEN`] before and
//!    after was fetched by it, unless a person has shown in between.
//! 4. **Different links within [`BURST`]** of each other: a person presses one, and is on another page then. Who presses two
//!    numbers in such a hurry is taken for a program.
//! 5. **Before the mail was sent, or less than [`SOON`] after**: it has first to be delivered, noticed, opened and read.
//!    A gateway often looks into a mail before it takes it.
//!
//! **A person shows by answering**: the last link that was followed before the first answer was that person's, by whatever
//! surroundings it looked automatic (rules 3 to 5).
//!
//! What the rules cannot see: a scanner that fetches one link alone and later, from an address like any other; and mail programs
//! that fetch all images in advance, for people who never look (Apple's do), so that *opened* says less than *clicked*. The other
//! way round, a person who follows a link just after a scanner has been there is marked until the first answer. Numbers of answers
//! depend on none of this.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::timeline::{Step, What};

/// How long before and after the hidden link everything was fetched by the same program. Most are done within seconds;
/// those that open a page in a browser of their own take minutes.
pub const AROUND_HIDDEN: SignedDuration = SignedDuration::from_mins(5);

/// How soon one after the other no person follows two links.
pub const BURST: SignedDuration = SignedDuration::from_secs(2);

/// How soon after its sending no person has a mail open.
pub const SOON: SignedDuration = SignedDuration::from_secs(10);

/// Parts of the names of programs that say what they are: link previews of chats, scanners, libraries. In lower case.
const PROGRAMS: [&str; 17] = [
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "barracuda",
    "mimecast",
    "proofpoint",
    "facebookexternalhit",
    "whatsapp/",
    "headless",
    "phantomjs",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
];

/// What of a mail was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Door {
    /// The link to the page.
    Page,
    /// The link to the page with this score chosen, 0 to 10.
    Score(u8),
    /// The image of one pixel.
    Image,
    /// The link that no person sees.
    Hidden,
}

impl fmt::Display for Door {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page => to.write_str("page"),
            Self::Score(score) => write!(to, "{score}"),
            Self::Image => to.write_str("image"),
            Self::Hidden => to.write_str("hidden"),
        }
    }
}

impl From<Door> for String {
    fn from(door: Door) -> Self {
        door.to_string()
    }
}

impl FromStr for Door {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "page" => Ok(Self::Page),
            "image" => Ok(Self::Image),
            "hidden" => Ok(Self::Hidden),
            score => {
                (0..=10).find(|n: &u8| n.to_string() == score).map(Self::Score).ok_or("no link of a mail")
            }
        }
    }
}

impl TryFrom<String> for Door {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl Door {
    /// The step to be noted when it was fetched; `by_program` says whether the request itself tells that a program sent it.
    pub fn step(self, at: Timestamp, by_program: bool) -> Step {
        let what = if self == Self::Image { What::Opened } else { What::Clicked };
        let automatic = by_program || self == Self::Hidden;
        Step { link: Some(self), automatic: Some(automatic), ..Step::new(at, what) }
    }
}

/// Whether a `User-Agent` is one that no person's browser has.
pub fn names_itself(user_agent: Option<&str>) -> bool {
    // A maker of telephones is called Cubot, and its browsers say so.
    let name = user_agent.unwrap_or_default().to_lowercase().replace("cubot", "");
    name.trim().is_empty() || PROGRAMS.iter().any(|part| name.contains(part))
}

/// Marks what looks automatic among the steps of an invitation: all of them, in the order of time.
pub fn mark(steps: &mut [Step]) {
    let persons = persons(steps);
    let looks = |place: usize| {
        let tells = steps[place].automatic == Some(true);
        tells
            || Some(place) != persons
                && (is_near_hidden(steps, place) || is_in_burst(steps, place) || is_soon(steps, place))
    };
    let marks: Vec<bool> = (0..steps.len()).map(looks).collect();
    for (step, automatic) in steps.iter_mut().zip(marks).filter(|(step, _)| step.link.is_some()) {
        step.automatic = Some(automatic);
    }
}

/// Where the person who answered has come in.
fn persons(steps: &[Step]) -> Option<usize> {
    let started = steps.iter().position(|step| step.what == What::Started)?;
    let could_be = |step: &Step| step.what == What::Clicked && step.automatic == Some(false);
    steps[..started].iter().rposition(could_be)
}

fn is_near_hidden(steps: &[Step], place: usize) -> bool {
    let at = steps[place].at;
    let shown = |since: Timestamp| {
        steps.iter().any(|step| step.what == What::Started && (since..=at).contains(&step.at))
    };
    let mut hidden = steps.iter().filter(|step| step.link == Some(Door::Hidden));
    hidden.any(|hidden| at.duration_since(hidden.at).abs() <= AROUND_HIDDEN && !shown(hidden.at))
}

fn is_in_burst(steps: &[Step], place: usize) -> bool {
    let this = &steps[place];
    let other = |step: &Step| {
        step.what == What::Clicked && step.link != this.link && this.at.duration_since(step.at).abs() <= BURST
    };
    this.what == What::Clicked && steps.iter().any(other)
}

fn is_soon(steps: &[Step], place: usize) -> bool {
    let at = steps[place].at;
    let mut sent =
        steps.iter().filter(|step| matches!(step.what, What::Sent | What::Reminded)).map(|step| step.at);
    match sent.clone().rfind(|sent| *sent <= at) {
        Some(sent) => at.duration_since(sent) < SOON,
        None => sent.next().is_some(),
    }
}

#[cfg(test)]
#[path = "arrivals_tests.rs"]
mod tests;
