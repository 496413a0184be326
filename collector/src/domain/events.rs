//! Events: that something happened of which others want to hear at once, by the live stream or by a webhook.
//!
//! An event is written in the transaction of what it tells of, and holds a reference to it and no word of it. What is told is
//! read when somebody is told, as it then is: of a customer who was erased meanwhile, nothing.
//!
//! To tell of a new kind of thing: its names in [`What`], a reference in [`About`], what it is in [`Subject`], and how that is found
//! in `store/events.rs`; then `Transaction::announce`, wherever it is written.

mod filter;
mod told;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use filter::{Filter, Pattern};
pub use told::Told;

use crate::domain::cases::{Case, CaseId};
use crate::domain::invitations::Invitation;
use crate::domain::names::{AgentId, CustomerId, UnitId};
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;
use crate::domain::timeline::{self, Step};
use crate::domain::webhooks::{Webhook, WebhookId};

macro_rules! what {
    ($($(#[$doc:meta])* $what:ident = $name:literal),* $(,)?) => {
        /// What happened. Stored by its name: names are only added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        pub enum What {
            $($(#[$doc])* #[serde(rename = $name)] $what),*
        }

        impl What {
            /// Everything that can happen.
            pub const ALL: &[Self] = &[$(Self::$what),*];

            /// The name used in the API: a kind of thing, a dot, and what became of it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$what => $name),* }
            }
        }
    };
}

what! {
    /// A customer has given a first answer.
    ResponseCreated = "response.created",
    /// A customer has given more answers, changed some, or finished.
    ResponseUpdated = "response.updated",
    /// An invitation was made.
    InvitationCreated = "invitation.created",
    /// A mail server has taken the invitation's mail.
    InvitationSent = "invitation.sent",
    /// A mail server has taken a reminder.
    InvitationReminded = "invitation.reminded",
    /// A mail server has put the mail off; it is tried again.
    InvitationDeferred = "invitation.deferred",
    /// The mail is not sent, and not tried again.
    InvitationGivenUp = "invitation.given_up",
    /// The mail came back.
    InvitationBounced = "invitation.bounced",
    /// The mail was opened, by a person or by a program.
    InvitationOpened = "invitation.opened",
    /// A link of the mail was followed, by a person or by a program.
    InvitationClicked = "invitation.clicked",
    /// The customer does not want to be asked any more.
    InvitationUnsubscribed = "invitation.unsubscribed",
    /// The customer has told the mail provider that it is spam.
    InvitationComplained = "invitation.complained",
    /// A mail server has taken the mail that thanks for the answer.
    InvitationThanked = "invitation.thanked",
    /// The invitation was taken back.
    InvitationWithdrawn = "invitation.withdrawn",
    /// Somebody tries a webhook out: of the webhooks, only that one hears of it.
    WebhookTest = "webhook.test",
    /// A webhook is sent nothing more, until somebody makes it active again.
    WebhookPaused = "webhook.paused",
    /// Somebody is to follow up.
    CaseOpened = "case.opened",
    /// Its owner has taken notice.
    CaseAcknowledged = "case.acknowledged",
    /// Somebody has talked to the customer.
    CaseContacted = "case.contacted",
    /// It was resolved, or nobody answered, or there was nothing to do.
    CaseClosed = "case.closed",
    /// It was closed, and is to be followed up again.
    CaseReopened = "case.reopened",
    /// Somebody else follows it up from now on.
    CaseAssigned = "case.assigned",
    /// A promise was missed.
    CaseEscalated = "case.escalated",
    /// Something was noted, or the customer gave another score.
    CaseUpdated = "case.updated",
}

impl What {
    /// What others hear of a step of an invitation; nothing, of what follows from another event: that a mail is to be sent is
    /// part of its invitation, and answers are responses.
    pub fn of_step(step: timeline::What) -> Option<Self> {
        match step {
            timeline::What::Created => Some(Self::InvitationCreated),
            timeline::What::Sent => Some(Self::InvitationSent),
            timeline::What::Reminded => Some(Self::InvitationReminded),
            timeline::What::Deferred => Some(Self::InvitationDeferred),
            timeline::What::GivenUp => Some(Self::InvitationGivenUp),
            timeline::What::Bounced => Some(Self::InvitationBounced),
            timeline::What::Opened => Some(Self::InvitationOpened),
            timeline::What::Clicked => Some(Self::InvitationClicked),
            timeline::What::Unsubscribed => Some(Self::InvitationUnsubscribed),
            timeline::What::Complained => Some(Self::InvitationComplained),
            timeline::What::Thanked => Some(Self::InvitationThanked),
            timeline::What::Withdrawn => Some(Self::InvitationWithdrawn),
            timeline::What::Queued
            | timeline::What::Started
            | timeline::What::Answered
            | timeline::What::Expired => None,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

/// What an event is about. Stored: the names are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum About {
    /// A response, by its sequence number.
    #[serde(rename = "r")]
    Response(u64),
    /// An invitation, by the hash of its token.
    #[serde(rename = "i")]
    Invitation(TokenHash),
    /// A webhook.
    #[serde(rename = "w")]
    Webhook(WebhookId),
    /// A case.
    #[serde(rename = "c")]
    Case(CaseId),
}

/// That something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub what: What,
    /// When.
    pub at: Timestamp,
    /// To what.
    pub about: About,
}

impl Event {
    /// An event.
    pub fn new(what: What, at: Timestamp, about: About) -> Self {
        Self { what, at, about }
    }
}

/// An event's id. Numbers count up, and are not given twice; `opening` was drawn by chance when the store was opened that gave
/// it. So a store that was put back from a backup, and gives numbers that another future has given, gives other ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId {
    /// Its number.
    pub number: u64,
    /// The opening of the store that gave it.
    pub opening: u32,
}

impl fmt::Display for EventId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}-{:08x}", self.number, self.opening)
    }
}

impl FromStr for EventId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (number, opening) = text.trim().split_once('-')?;
            let digits = opening.len() == 8 && opening.bytes().all(|byte| byte.is_ascii_hexdigit());
            let opening = u32::from_str_radix(opening, 16).ok().filter(|_| digits)?;
            Some(Self { number: number.parse().ok()?, opening })
        };
        read().ok_or("not the id of an event, such as 4711-0badcafe")
    }
}

/// An event with what it is about, as that is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Its id.
    pub id: EventId,
    /// What, when and to what.
    pub event: Event,
    /// What it is about.
    pub subject: Subject,
    /// The unit that the agent was in then, and those above it, the nearest first.
    pub units: Vec<UnitId>,
}

/// What an event is about, as it is now.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A response.
    Response(Box<Response>),
    /// An invitation, and the step that was noted of it, if it is still there.
    Invitation(Box<Invitation>, Option<Step>),
    /// A webhook.
    Webhook(Box<Webhook>),
    /// A case.
    Case(CaseId, Box<Case>),
}

impl Subject {
    /// The survey that it belongs to.
    pub fn survey(&self) -> Option<&str> {
        match self {
            Self::Response(response) => Some(&response.survey),
            Self::Invitation(invitation, _) => Some(&invitation.survey),
            Self::Webhook(_) => None,
            Self::Case(_, case) => case.survey.as_deref(),
        }
    }

    /// Whom it concerns; nobody, where nobody is known.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Response(response) => response.customer.as_ref(),
            Self::Invitation(invitation, _) => invitation.customer.as_ref(),
            Self::Webhook(_) => None,
            Self::Case(_, case) => case.customer.as_ref(),
        }
    }

    /// Whose interaction it is about.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Response(response) => response.agent.as_ref(),
            Self::Invitation(invitation, _) => invitation.agent.as_ref(),
            Self::Webhook(_) => None,
            Self::Case(_, case) => case.agent.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written_and_nothing_else_is_one() {
        let id = EventId { number: 4711, opening: 0xbad };
        assert_eq!(id.to_string(), "4711-00000bad");
        assert_eq!("4711-00000bad".parse(), Ok(id));
        for wrong in
            ["", "4711", "4711-", "-00000bad", "4711-bad", "4711-+0000bad", "x-00000bad", "4711-00000bad-"]
        {
            assert!(wrong.parse::<EventId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_happened_is_stored_by_the_name_that_the_api_uses() {
        for what in What::ALL {
            assert_eq!(serde_json::to_value(what).unwrap(), what.as_str());
            assert!(what.as_str().split_once('.').is_some(), "{what}");
        }
    }
}
