//! Everything that can be wrong with a request, in one enum, and its one shape on the wire: [`wire::Problem`].

mod from;
mod respond;

use axum::http::StatusCode;
use wire::{FieldProblem, Problem};

use super::sign_in::Refusal;
use crate::domain::cases::CaseId;
use crate::domain::links::BadLink;
use crate::domain::passes::BadPass;
use crate::domain::responses::Refusal as Closed;
use crate::store::StoreError;

pub(super) use respond::{Code, ToCustomer, from_panic, in_our_shape, no_method, no_route, took_too_long};

/// What is wrong. Each variant names its status; `detail` is for the person who reads the log.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Error {
    /// 400: the body is not JSON, or not of the right shape.
    #[error("the body cannot be read: {0}")]
    Body(String, Vec<FieldProblem>),
    /// 400: the query cannot be read or asks for what is not known.
    #[error("the query cannot be read: {0}")]
    Query(String, Vec<FieldProblem>),
    /// 401: no key, or not the form of one.
    #[error("an API key is needed: Authorization: Bearer hb_…")]
    KeyMissing,
    /// 401: no such key.
    #[error("the API key is not known; it may have been revoked")]
    KeyUnknown,
    /// 403: the key lacks the scope.
    #[error("the API key lacks the scope {0:?}")]
    ScopeMissing(&'static str),
    /// 403: the page may not show this survey.
    #[error("pages of {origin} may not show the survey {survey:?}: add the origin to its allowed_origins")]
    OriginNotAllowed {
        /// The page's origin.
        origin: String,
        /// The survey.
        survey: String,
    },
    /// 401, 403 or 410: a person is not let in, or may not do this.
    #[error(transparent)]
    Person(#[from] Refusal),
    /// 404: there is no such thing.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// By what.
        id: String,
    },
    /// 403: the customer was asked not long ago.
    #[error("the survey is not shown to this customer now: {0}")]
    NotNow(String),
    /// 409: nothing says who is to be asked.
    #[error("there is no asking document, so nobody is asked: `hearback asking push FILE` puts one in force")]
    NoAsking,
    /// 409: it cannot be removed.
    #[error("the {0} {1:?} cannot be removed; nothing changed")]
    InUse(&'static str, String, Vec<FieldProblem>),
    /// 409: nothing says who follows up.
    #[error(
        "there is no follow-up document, so nobody follows up: `hearback follow-up push FILE` puts one in force"
    )]
    NoFollowUp,
    /// 409: somebody was faster with a case.
    #[error("{0}")]
    CaseChanged(String),
    /// 409: a response has one case at most.
    #[error("the response has a case already: {0}")]
    CaseExists(CaseId),
    /// 404: a page is pinned to a version of the widget that was never here.
    #[error(
        "there is no version {0:?} of the widget here: put the tag that `hearback embed SURVEY --pinned` prints into the page, or copy the file from the directory widget of the collector that had it into that of this one"
    )]
    NoSuchVersion(String),
    /// 404: the page for designers is not served.
    #[error("surveys cannot be tried out here: the setting try_pages turns it on")]
    TryPagesOff,
    /// 404: nothing is served there.
    #[error("nothing is served at this address; /openapi.json lists what is")]
    NoRoute,
    /// 405.
    #[error("this address does not take this method")]
    NoMethod,
    /// 404: no such survey, for a customer.
    #[error("there is no survey {0:?}")]
    UnknownSurvey(String),
    /// 400: the link has no token.
    #[error("a token is needed: the page was opened without a personal link")]
    TokenMissing,
    /// 400: this cannot be a token.
    #[error("the token is not one: it has 22 characters of base64url")]
    TokenMalformed,
    /// 404: nobody was invited with it.
    #[error("no invitation to this survey has this token")]
    TokenUnknown,
    /// 403: nobody is let in by this pass.
    #[error("the pass is not taken: {0}")]
    InvalidPass(#[from] BadPass),
    /// 406: what is there cannot be had in any form that the request accepts.
    #[error("this cannot be had as what the request accepts, but as {types} (Accept), or by ?format={names}")]
    NotAcceptable {
        /// The media types there are.
        types: String,
        /// The names of the formats.
        names: String,
    },
    /// 410: the invitation takes no more answers.
    #[error(transparent)]
    Refused(#[from] Closed),
    /// 404 or 410: this link to a last score shows nothing.
    #[error(transparent)]
    BadLink(#[from] BadLink),
    /// 503 with Retry-After: as many as may are looking at cards, or following events. Names the limit.
    #[error("{0} listen already ({1})")]
    TooManyListeners(usize, &'static str),
    /// 429 with Retry-After: this caller has come too often.
    #[error("too many requests ({limit}): come back in {seconds} s")]
    TooManyRequests {
        /// The limit.
        limit: &'static str,
        /// When to come back.
        seconds: u64,
    },
    /// 413.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// 415.
    #[error("the body must be sent as Content-Type: {0}")]
    WrongContentType(&'static str),
    /// 422: it can be read, but breaks the rules.
    #[error("the {0} is not valid; nothing was stored")]
    Invalid(&'static str, Vec<FieldProblem>),
    /// 503 with Retry-After: nothing was written, and a later try may succeed.
    #[error("{0}")]
    Unavailable(StoreError),
    /// 503: the widget is not in this binary.
    #[error(
        "this collector was built without the widget: build the widget first, then the collector (./examples/run.sh does both)"
    )]
    NoWidget,
    /// 503: the desk is not in this binary.
    #[error(
        "this collector was built without the desk: build the desk first, then the collector (./examples/run.sh does both)"
    )]
    NoDesk,
    /// 500.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// What is wrong with a parameter of the query.
    pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::Query(format!("{name}: {detail}"), vec![FieldProblem::new(name, detail)])
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Body(..) | Self::Query(..) | Self::TokenMissing | Self::TokenMalformed => {
                StatusCode::BAD_REQUEST
            }
            Self::KeyMissing | Self::KeyUnknown => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing(_)
            | Self::OriginNotAllowed { .. }
            | Self::InvalidPass(_)
            | Self::NotNow(_) => StatusCode::FORBIDDEN,
            Self::NotFound { .. }
            | Self::NoSuchVersion(_)
            | Self::TryPagesOff
            | Self::NoRoute
            | Self::UnknownSurvey(_)
            | Self::BadLink(BadLink::Unknown)
            | Self::TokenUnknown => StatusCode::NOT_FOUND,
            Self::Person(refusal) => refusal.status(),
            Self::NoAsking
            | Self::InUse(..)
            | Self::NoFollowUp
            | Self::CaseChanged(_)
            | Self::CaseExists(_) => StatusCode::CONFLICT,
            Self::NoMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Refused(_) | Self::BadLink(BadLink::Expired(_)) => StatusCode::GONE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongContentType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable(_) | Self::TooManyListeners(..) | Self::NoWidget | Self::NoDesk => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable name of the problem.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Body(..) => "unreadable_body",
            Self::Query(..) => "invalid_query",
            Self::KeyMissing => "key_missing",
            Self::KeyUnknown => "key_unknown",
            Self::ScopeMissing(_) => "scope_missing",
            Self::OriginNotAllowed { .. } => "origin_not_allowed",
            Self::NotFound { .. } | Self::NoSuchVersion(_) | Self::TryPagesOff => "not_found",
            Self::Person(refusal) => refusal.code(),
            Self::NotNow(_) => "asked_recently",
            Self::NoAsking => "no_asking_document",
            Self::InUse(..) => "in_use",
            Self::NoFollowUp => "no_follow_up_document",
            Self::CaseChanged(_) => "case_changed",
            Self::CaseExists(_) => "case_exists",
            Self::NoRoute => "no_route",
            Self::NoMethod => "method_not_allowed",
            Self::UnknownSurvey(_) => "unknown_survey",
            Self::TokenMissing => "missing_token",
            Self::TokenMalformed => "malformed_token",
            Self::TokenUnknown => "unknown_token",
            Self::InvalidPass(_) => "invalid_pass",
            Self::NotAcceptable { .. } => "not_acceptable",
            Self::Refused(Closed::Withdrawn) => "withdrawn_invitation",
            Self::Refused(Closed::Expired(_)) => "expired_invitation",
            Self::Refused(Closed::AlreadyAnswered(_)) => "already_answered",
            Self::BadLink(BadLink::Unknown) => "unknown_link",
            Self::BadLink(BadLink::Expired(_)) => "expired_link",
            Self::TooManyListeners(..) => "too_many_listeners",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::TooLarge(_) => "too_large",
            Self::WrongContentType(_) => "wrong_content_type",
            Self::Invalid(what, _) => match *what {
                "submission" => "invalid_answers",
                "survey" => "invalid_survey",
                "mail" => "invalid_mail",
                "organisation" | "change of the organisation" => "invalid_organisation",
                "list of invitations" => "invalid_invitations",
                "list of interactions" => "invalid_interactions",
                "interaction" => "invalid_interaction",
                "asking document" => "invalid_asking",
                "person" => "invalid_person",
                "password" => "invalid_password",
                "follow-up document" => "invalid_follow_up",
                "case" | "action" => "invalid_case",
                _ => "invalid_request",
            },
            Self::Unavailable(_) => "unavailable",
            Self::NoWidget => "no_widget",
            Self::NoDesk => "no_desk",
            Self::Internal(_) => "internal",
        }
    }

    pub(super) fn problem(&self) -> Problem {
        let fields = match self {
            Self::Body(_, fields)
            | Self::Query(_, fields)
            | Self::Invalid(_, fields)
            | Self::InUse(.., fields) => fields.clone(),
            Self::InvalidPass(BadPass::Claims(fields)) => fields.clone(),
            _ => Vec::new(),
        };
        // What went wrong inside is for the log alone.
        let detail = match self {
            Self::Internal(_) => "something went wrong in the collector; its log says what".to_owned(),
            Self::Unavailable(_) => {
                "the collector cannot store anything right now; nothing is acknowledged, try again later"
                    .to_owned()
            }
            other => other.to_string(),
        };
        Problem { code: self.code().to_owned(), detail, message: None, language: None, fields }
    }
}
