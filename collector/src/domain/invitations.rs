//! Invitations: one customer asked about one interaction.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Survey};

use crate::domain::customers::{Customer, normal_email};
use crate::domain::limits::Limits;
use crate::domain::names::{AgentId, CustomerId, is_key};
use crate::domain::phones::Phones;
use crate::domain::surveys::Personal;
use crate::domain::visits::QUOTABLE;

/// Names that are no attributes because they mean something else in `by=` and `where=` or are columns of their own.
pub const RESERVED: [&str; 9] =
    ["agent", "survey", "category", "customer", "email", "phone", "first_name", "language", QUOTABLE];

/// An invitation as it is asked for: one element of `POST /v1/invitations`, one row of a CSV.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// The customer's id at the company.
    pub customer: String,
    /// By which the customer can be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// By which the customer can be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// For `{first_name}` in texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The agent whose interaction is scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The customer's language; the tag, the page and the browser decide without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Anything known about the interaction or the customer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// The mail to send it by; without it, the link is yours to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// When to send the mail; by default at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    /// When the link stops working; by default the survey's `invitation_days` from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// Who is asked and about what, in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who is asked.
    pub customer: CustomerId,
    /// Whose interaction is scored.
    pub agent: Option<AgentId>,
    /// What is told about the customer.
    pub known: Customer,
    /// Whatever else is told.
    pub attributes: BTreeMap<String, String>,
}

/// An invitation as it is stored, under the hash of its token. Stored: fields are only added, with a default. Under short names:
/// there are more of these than of anything else. Earlier versions wrote the long ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The survey's id.
    #[serde(rename = "s", alias = "survey")]
    pub survey: String,
    /// Who is asked; nobody, where an open survey was answered by somebody who is not known.
    #[serde(rename = "c", alias = "customer", default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Whose interaction is scored.
    #[serde(rename = "a", alias = "agent", default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The customer's language, if known.
    #[serde(rename = "l", alias = "language", default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The name to greet with.
    #[serde(rename = "f", alias = "first_name", default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Whatever else is known; copied into the response.
    #[serde(rename = "k", alias = "attributes")]
    pub attributes: BTreeMap<String, String>,
    /// When it was made.
    #[serde(rename = "m", alias = "created_at", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// From when on no answer can be begun.
    #[serde(rename = "e", alias = "expires_at", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub expires_at: Timestamp,
    /// The response it led to, by its sequence number.
    #[serde(rename = "r", alias = "response", default, skip_serializing_if = "Option::is_none")]
    pub response: Option<u64>,
    /// Its number among all that were sent to somebody; none of what was made for an answer that came unasked.
    #[serde(rename = "n", alias = "number", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Whether it was taken back.
    #[serde(rename = "w", alias = "withdrawn", default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// The interaction with an id that it was made for.
    #[serde(rename = "d", alias = "decided", default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

#[cfg(test)]
impl Invitation {
    /// An invitation of a test, to the survey `s`, of which nothing else is known.
    pub(crate) fn for_test(created_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            survey: "s".into(),
            customer: None,
            agent: None,
            language: None,
            first_name: None,
            attributes: BTreeMap::new(),
            created_at,
            expires_at,
            response: None,
            number: None,
            withdrawn: false,
            decided: None,
        }
    }
}

/// How an interaction with an id came to lead to an invitation: told again, it gets the same answer. Stored: fields are only
/// added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Hash of the interaction's id.
    #[serde(rename = "i", alias = "interaction")]
    pub interaction: u128,
    /// The rule that asked.
    #[serde(rename = "r", alias = "rule")]
    pub rule: String,
    /// The mail; without one, whoever has the link sends it.
    #[serde(rename = "m", alias = "mail", default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// When it was to be sent.
    #[serde(rename = "t", alias = "send_at", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub send_at: Timestamp,
}

/// What is remembered with the customer of each time that one was asked. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The survey's id.
    #[serde(rename = "s", alias = "survey")]
    pub survey: String,
    /// When, if that is later than the invitation was made.
    #[serde(rename = "l", alias = "later", default, skip_serializing_if = "Option::is_none")]
    pub later: Option<Timestamp>,
}

impl Invitation {
    /// The same, valid until this time at least.
    pub fn valid_until(mut self, at: Timestamp) -> Self {
        self.expires_at = self.expires_at.max(at);
        self
    }

    /// Where the survey's personal words come from: only the attributes the survey allows.
    pub fn personal<'a>(&'a self, agent_name: Option<&'a str>) -> Personal<'a> {
        Personal {
            first_name: self.first_name.as_deref(),
            agent: agent_name,
            attributes: Some(&self.attributes),
        }
    }
}

impl InvitationRequest {
    /// Checks the request and makes the invitation and what it tells about the customer.
    ///
    /// # Errors
    /// Everything that is wrong, with paths relative to the request: `email`, `attributes.region`.
    pub fn accept(
        self,
        survey: &Survey,
        now: Timestamp,
        limits: &Limits,
        phones: Phones,
    ) -> Result<(Invitation, Customer), Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut note = |path: &str, detail: String| problems.push(FieldProblem::new(path, detail));
        let (language, expires_at) = (present(self.language.clone()), self.expires_at);
        let send_at = self.send_at.filter(|_| self.mail.is_some());
        let told = self.told(limits, phones, &mut note);
        if let Some(language) = language.as_ref().filter(|language| !survey.languages.contains(language)) {
            note("language", format!("the survey has no {language:?}, only {}", survey.languages.join(", ")));
        }
        let expires_at = match expires_at {
            Some(at) if at <= now => {
                note("expires_at", "lies in the past".into());
                at
            }
            // Of the very last second only the beginning can be read again, in the form in which times are stored.
            Some(at) => at.min(Timestamp::from_second(Timestamp::MAX.as_second()).unwrap_or(at)),
            None => expiry(survey, now),
        };
        if send_at.is_some_and(|send_at| send_at >= expires_at) {
            note("send_at", "the link has expired by then".into());
        }

        match told {
            Some(Told { customer, agent, known, attributes }) if problems.is_empty() => {
                let invitation = Invitation {
                    survey: survey.id.clone(),
                    customer: Some(customer),
                    agent,
                    language,
                    first_name: known.first_name.clone(),
                    attributes,
                    created_at: now,
                    expires_at,
                    response: None,
                    number: None,
                    withdrawn: false,
                    decided: None,
                };
                Ok((invitation, known))
            }
            _ => Err(problems),
        }
    }

    /// Checks what is told whatever the survey. Nothing, if the customer is not named; `note` hears of everything that is wrong.
    pub(super) fn told(
        self,
        limits: &Limits,
        phones: Phones,
        note: &mut impl FnMut(&str, String),
    ) -> Option<Told> {
        let customer =
            self.customer.parse::<CustomerId>().map_err(|why| note("customer", why.to_string())).ok();
        let agent = present(self.agent)
            .and_then(|id| id.parse::<AgentId>().map_err(|why| note("agent", why.to_string())).ok());
        let email = present(self.email)
            .and_then(|text| normal_email(&text).map_err(|why| note("email", why.into())).ok());
        let phone = present(self.phone)
            .and_then(|text| phones.normal(&text).map_err(|why| note("phone", why.into())).ok());
        let first_name = present(self.first_name);
        if first_name.as_ref().is_some_and(|name| name.len() > limits.attribute_bytes) {
            note(
                "first_name",
                format!("longer than {} bytes (limits.attribute_bytes)", limits.attribute_bytes),
            );
        }
        check_attributes(&self.attributes, limits, note);
        if self.mail.is_some() && email.is_none() {
            note("email", "needed to send a mail".into());
        }
        if self.send_at.is_some() && self.mail.is_none() {
            note("send_at", "nothing is sent without mail".into());
        }
        let trimmed = |(key, value)| present(Some(value)).map(|value| (key, value));
        let attributes = self.attributes.into_iter().filter_map(trimmed).collect();
        Some(Told { customer: customer?, agent, known: Customer { email, phone, first_name }, attributes })
    }
}

/// Until when an invitation made now is valid.
pub(super) fn expiry(survey: &Survey, now: Timestamp) -> Timestamp {
    let valid = SignedDuration::from_hours(24 * i64::from(survey.invitation_days));
    now.saturating_add(valid).unwrap_or(Timestamp::MAX)
}

/// An empty cell of a CSV is nothing, not an empty value.
pub(super) fn present(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub(super) fn check_attributes(
    attributes: &BTreeMap<String, String>,
    limits: &Limits,
    note: &mut impl FnMut(&str, String),
) {
    if attributes.len() > limits.attributes {
        note(
            "attributes",
            format!("{} of them, more than {} (limits.attributes)", attributes.len(), limits.attributes),
        );
    }
    for (key, value) in attributes {
        let path = format!("attributes.{key}");
        if RESERVED.contains(&key.as_str()) {
            note(&path, format!("{key} cannot be an attribute's name"));
        } else if !is_key(key) {
            note(
                &path,
                "a name has 1 to 64 lower-case letters, digits and _, and begins with a letter".into(),
            );
        }
        if value.len() > limits.attribute_bytes {
            note(&path, format!("longer than {} bytes (limits.attribute_bytes)", limits.attribute_bytes));
        }
        if value.chars().any(char::is_control) {
            note(&path, "contains control characters".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey() -> Survey {
        serde_json::from_value(serde_json::json!({
            "id": "s", "page": "https://x.example", "languages": ["en"], "questions": [], "invitation_days": 7,
            "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
        }))
        .unwrap()
    }

    fn accept(request: InvitationRequest) -> Result<(Invitation, Customer), Vec<String>> {
        let all = |problems: Vec<FieldProblem>| problems.into_iter().map(|p| p.path).collect();
        request.accept(&survey(), Timestamp::UNIX_EPOCH, &Limits::default(), Phones::default()).map_err(all)
    }

    #[test]
    fn an_invitation_lives_as_long_as_its_survey_says() {
        let request = InvitationRequest {
            customer: "C-1".into(),
            email: Some(" A@B.example ".into()),
            ..Default::default()
        };
        let (invitation, customer) = accept(request).unwrap();
        assert_eq!(invitation.expires_at.as_second(), 7 * 86_400);
        assert_eq!(customer.email.as_deref(), Some("a@b.example"));
    }

    #[test]
    fn an_invitation_that_never_ends_is_read_again() {
        let last: Timestamp = "9999-12-30T22:00:00.999Z".parse().unwrap();
        let request =
            InvitationRequest { customer: "C-1".into(), expires_at: Some(last), ..Default::default() };
        let (invitation, _) = accept(request).unwrap();
        let read: Invitation = serde_json::from_str(&serde_json::to_string(&invitation).unwrap()).unwrap();
        assert_eq!(read, invitation);
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let request = InvitationRequest {
            customer: " ".into(),
            email: Some("nobody".into()),
            phone: Some("none".into()),
            language: Some("xx".into()),
            attributes: BTreeMap::from([("agent".into(), "x".into()), ("Region".into(), "x\n".into())]),
            expires_at: Some(Timestamp::UNIX_EPOCH),
            ..Default::default()
        };
        let wrong = accept(request).unwrap_err();
        assert_eq!(
            wrong,
            [
                "customer",
                "email",
                "phone",
                "attributes.Region",
                "attributes.Region",
                "attributes.agent",
                "language",
                "expires_at"
            ]
        );
    }

    #[test]
    fn spaces_around_a_value_are_not_part_of_it() {
        let request = InvitationRequest {
            customer: "C-1".into(),
            attributes: BTreeMap::from([("region".into(), " north west ".into())]),
            ..Default::default()
        };
        let (invitation, _) = accept(request).unwrap();
        assert_eq!(invitation.attributes["region"], "north west");
    }

    #[test]
    fn empty_cells_are_nothing() {
        let request = InvitationRequest {
            customer: "C-1".into(),
            email: Some(String::new()),
            agent: Some(" ".into()),
            attributes: BTreeMap::from([("region".into(), " ".into())]),
            ..Default::default()
        };
        let (invitation, customer) = accept(request).unwrap();
        assert_eq!((invitation.agent, customer.email, invitation.attributes.len()), (None, None, 0));
    }
}
