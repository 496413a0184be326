//! Mails that came back, and complaints about mails, as mail servers report them.

use axum::Json as Reply;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::Problem;

use super::App;
use super::body::bytes;
use super::caller::Writer;
use super::error::Error;
use crate::domain::bounces::{self, Fate, NoReport};

/// A mail as it came, from its first header to its end.
pub(super) struct Mail(Bytes);

impl<S: Send + Sync> FromRequest<S> for Mail {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        bytes(request, state, "message/rfc822").await.map(Self)
    }
}

/// What a message reports.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct BounceRead {
    /// What it came to.
    pub outcome: BounceOutcome,
    /// The same in words: why nothing was noted, or what the mail server said.
    pub detail: String,
    /// The code of what is wrong, such as `5.1.1` (RFC 3463).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whose mail it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The survey it invites to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// How many mails that were still to be sent are not sent any more.
    #[serde(default)]
    pub taken_back: usize,
}

/// What a report came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BounceOutcome {
    /// The mail was refused or given up: noted, and what was still to be sent is taken back.
    Bounced,
    /// The customer calls the mail spam: noted, and the customer is on the suppression list.
    Complained,
    /// The mail is late: noted.
    Delayed,
    /// It reports of no mail that is known here: nothing was done.
    Unknown,
    /// It is no report of a failure: nothing was done.
    NoReport,
}

impl BounceRead {
    fn nothing(outcome: BounceOutcome, detail: impl ToString) -> Self {
        let detail = detail.to_string();
        Self { outcome, detail, status: None, customer: None, survey: None, taken_back: 0 }
    }
}

/// Reads a message that a mail server has sent to the envelope's sender, and notes what it reports of a mail (RFC 3464), or
/// that somebody called it spam (RFC 5965).
#[utoipa::path(post, path = "/v1/bounces", operation_id = "read_bounce", tag = "mails", security(("key" = ["write"])),
    request_body(content = String, content_type = "message/rfc822", description = "The message, whole"),
    responses((status = 200, body = BounceRead), (status = 400, body = Problem, description = "no mail"),
        (status = 413, body = Problem), (status = 415, body = Problem)))]
pub(super) async fn read(
    _: Writer,
    State(app): State<App>,
    Mail(mail): Mail,
) -> Result<Reply<BounceRead>, Error> {
    let report = match bounces::read(&mail) {
        Ok(report) => report,
        Err(why @ NoReport::NoMail) => return Err(Error::Body(why.to_string(), Vec::new())),
        Err(why @ NoReport::NotOurs) => return Ok(Reply(BounceRead::nothing(BounceOutcome::Unknown, why))),
        Err(why) => return Ok(Reply(BounceRead::nothing(BounceOutcome::NoReport, why))),
    };
    let (fate, status, detail) = (report.fate, report.status.clone(), report.words.clone());
    let Some(bounced) = app.store.bounce(report, (app.clock)()).await? else {
        let why = "the invitation is not known: it may have been erased";
        return Ok(Reply(BounceRead::nothing(BounceOutcome::Unknown, why)));
    };
    let outcome = match fate {
        Fate::Delayed => BounceOutcome::Delayed,
        Fate::GivenUp | Fate::Refused => BounceOutcome::Bounced,
        Fate::Complained => BounceOutcome::Complained,
    };
    Ok(Reply(BounceRead {
        outcome,
        detail,
        status,
        customer: bounced.invitation.customer.map(|customer| customer.as_str().to_owned()),
        survey: Some(bounced.invitation.survey),
        taken_back: bounced.taken_back,
    }))
}
