//! Passes: the company's page names a customer who is logged in, and nobody can forge it.
//!
//! A pass is a JSON Web Token (RFC 7519) in compact form, signed by HMAC-SHA-256 (`HS256`, RFC 7518) with a secret that the
//! company's server and the collector share, one survey's own. That one algorithm is all that is taken: what the token
//! says of its algorithm can only be right or wrong, never choose another. The libraries for tokens of all kinds read the
//! clock of the machine and bring every other algorithm along; what is needed here is the HMAC.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::ToSchema;
use wire::{FieldProblem, Survey};

use crate::domain::customers::Customer;
use crate::domain::invitations::{Invitation, InvitationRequest, present};
use crate::domain::limits::Limits;
use crate::domain::phones::Phones;
use crate::domain::secrets::TokenHash;

/// The longest pass, in bytes.
pub const MAX_BYTES: usize = 4096;

/// How far ahead a pass may expire, in days: one that leaks is not to open the survey for ever.
pub const MAX_DAYS: i64 = 31;

/// How many signing secrets a survey can have at once: each costs a try for each pass.
pub const MAX_SECRETS: usize = 8;

/// How far the clocks of company and collector may be apart when a pass says from when on it is valid.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// A signing secret as it is stored. It is stored as it is: without it no signature could be checked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    /// By which it is revoked.
    pub id: String,
    /// What passes are signed with: these characters, as they are.
    pub secret: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A signing secret as it is listed: without what it is there for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningSecretView {
    /// By which it is revoked.
    pub id: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl SigningSecret {
    /// A secret from 32 random bytes: `hs_` and 43 characters of base64url.
    pub fn from_random(id: String, bytes: [u8; 32], now: Timestamp) -> Self {
        Self { id, secret: format!("hs_{}", URL_SAFE_NO_PAD.encode(bytes)), created_at: now }
    }

    /// What may be shown of it.
    pub fn view(&self) -> SigningSecretView {
        SigningSecretView { id: self.id.clone(), created_at: self.created_at }
    }

    /// Whether it made this signature; takes as long for a wrong one as for the right one.
    fn made(&self, signature: &[u8], signed: &str) -> bool {
        // A key of any length will do.
        let Ok(hmac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else { return false };
        hmac.chain_update(signed).verify_slice(signature).is_ok()
    }
}

/// Why a pass is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPass {
    /// Nobody's page needs so much.
    #[error("it is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// It cannot be read.
    #[error("it is no JSON Web Token: {0}")]
    Malformed(String),
    /// Another algorithm, or none.
    #[error("it is signed by {0:?}, and only HS256 is taken")]
    Algorithm(String),
    /// The survey has no secret that could have made it.
    #[error("the survey {0:?} has no signing secret: `hearback secret create --survey {0}` makes one")]
    NoSecret(String),
    /// It was forged, changed, or signed with a secret of another survey or one that was revoked.
    #[error("its signature was made by none of the survey's signing secrets")]
    Signature,
    /// It is for another survey.
    #[error("it is for {found} (aud), not for the survey {survey:?}")]
    Audience {
        /// Whom it is for.
        found: String,
        /// Whom it should be for.
        survey: String,
    },
    /// Its time is over.
    #[error("it expired at {0} (exp)")]
    Expired(Timestamp),
    /// Its time has not come.
    #[error("it is not valid before {0} (nbf)")]
    TooEarly(Timestamp),
    /// What it says cannot be right.
    #[error("what it says is not valid: {}", list(.0))]
    Claims(Vec<FieldProblem>),
}

fn list(problems: &[FieldProblem]) -> String {
    let lines: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
    lines.join("; ")
}

/// A pass whose signature is right and which is for this survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// What stands for the invitation's token.
    pub key: TokenHash,
    /// The invitation it amounts to; it expires with the pass.
    pub invitation: Invitation,
    /// What it tells about the customer.
    pub customer: Customer,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    aud: Audience,
    sub: String,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    agent: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Whether a token is meant to be a pass: the tokens of personal links have no dots.
pub fn looks_like_one(token: &str) -> bool {
    token.contains('.')
}

/// Reads a pass for this survey. One that has expired is read as well: whoever has begun by it may finish.
///
/// # Errors
/// Why it is not taken. What it says is looked at only once its signature is known to be right.
pub fn read(
    token: &str,
    survey: &Survey,
    secrets: &[impl AsRef<SigningSecret>],
    now: Timestamp,
    limits: &Limits,
    phones: Phones,
) -> Result<Pass, BadPass> {
    if token.len() > MAX_BYTES {
        return Err(BadPass::TooLong);
    }
    let three_parts = || BadPass::Malformed("it has three parts of base64url with a dot between".to_owned());
    let (signed, signature) = token.rsplit_once('.').ok_or_else(three_parts)?;
    let (header, claims) = signed.split_once('.').ok_or_else(three_parts)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| three_parts());
    let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);

    let header: Header = serde_json::from_slice(&header)
        .map_err(|error| BadPass::Malformed(format!("its header cannot be read: {error}")))?;
    if header.alg != "HS256" {
        return Err(BadPass::Algorithm(header.alg));
    }
    if secrets.is_empty() {
        return Err(BadPass::NoSecret(survey.id.clone()));
    }
    if !secrets.iter().any(|secret| secret.as_ref().made(&signature, signed)) {
        return Err(BadPass::Signature);
    }
    read_claims(&claims)?.accept(survey, now, limits, phones)
}

/// The survey that a pass says it is for, where the address doesn't tell: before its signature is known to be right, and
/// only to know whose secrets to try.
///
/// # Errors
/// When it cannot be read.
pub fn audience(token: &str) -> Result<String, BadPass> {
    let claims = token.split('.').nth(1).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|error| BadPass::Malformed(error.to_string()))?;
    Ok(match read_claims(&claims)?.aud {
        Audience::One(name) => name,
        Audience::Several(names) => names.into_iter().next().unwrap_or_default(),
    })
}

fn read_claims(json: &[u8]) -> Result<Claims, BadPass> {
    let mut json = serde_json::Deserializer::from_slice(json);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "claims".to_owned() } else { path };
        BadPass::Claims(vec![FieldProblem::new(path, error.inner().to_string())])
    })
}

impl Claims {
    fn accept(
        self,
        survey: &Survey,
        now: Timestamp,
        limits: &Limits,
        phones: Phones,
    ) -> Result<Pass, BadPass> {
        let for_this_survey = match &self.aud {
            Audience::One(name) => *name == survey.id,
            Audience::Several(names) => names.contains(&survey.id),
        };
        if !for_this_survey {
            let found = match self.aud {
                Audience::One(name) => format!("{name:?}"),
                Audience::Several(names) => format!("{names:?}"),
            };
            return Err(BadPass::Audience { found, survey: survey.id.clone() });
        }
        let mut problems = Vec::new();
        let mut time = |name: &str, seconds: f64| {
            let at = time(seconds);
            if at.is_none() {
                problems.push(FieldProblem::new(name, "seconds since 1970-01-01T00:00:00Z"));
            }
            at
        };
        let (exp, nbf) = (time("exp", self.exp), self.nbf.and_then(|nbf| time("nbf", nbf)));
        let issued = self.iat.and_then(|iat| time("iat", iat));
        let last = now.saturating_add(SignedDuration::from_hours(24 * MAX_DAYS)).unwrap_or(Timestamp::MAX);
        if exp.is_some_and(|exp| exp > last) {
            problems.push(FieldProblem::new("exp", format!("more than {MAX_DAYS} days ahead")));
        }
        if let Some(from) = nbf.filter(|from| *from > now.saturating_add(LEEWAY).unwrap_or(Timestamp::MAX)) {
            return Err(BadPass::TooEarly(from));
        }
        let (expires_at, language) = (exp.unwrap_or(now), present(self.language));
        let occasion = self.jti.filter(|jti| !jti.is_empty()).map_or_else(
            || ["day".to_owned(), day(issued.unwrap_or(expires_at))],
            |jti| ["jti".to_owned(), jti],
        );
        let request = InvitationRequest {
            customer: self.sub,
            email: self.email,
            phone: self.phone,
            first_name: self.first_name,
            agent: self.agent,
            // Of a page that is in another language than the survey's, the nearest is taken later.
            language: None,
            attributes: self.attributes,
            // Checked by the caller, who knows whether the answer was begun before.
            expires_at: None,
            mail: None,
            send_at: None,
        };
        let accepted = request.accept(survey, now, limits, phones).map_err(|wrong| {
            let as_claims = |problem: FieldProblem| match &*problem.path {
                "customer" => FieldProblem { path: "sub".to_owned(), ..problem },
                _ => problem,
            };
            problems.extend(wrong.into_iter().map(as_claims));
        });
        let Ok((invitation, customer)) = accepted else { return Err(BadPass::Claims(problems)) };
        if !problems.is_empty() {
            return Err(BadPass::Claims(problems));
        }
        let name = invitation.customer.as_ref().map_or("", |customer| customer.as_str());
        let key = TokenHash::derived(&["pass", &survey.id, name, &occasion[0], &occasion[1]]);
        Ok(Pass { key, invitation: Invitation { expires_at, language, ..invitation }, customer })
    }
}

impl Pass {
    /// The pass, if its time is not over.
    ///
    /// # Errors
    /// Says when it was.
    pub fn unexpired(self, now: Timestamp) -> Result<Self, BadPass> {
        let expiry = self.invitation.expires_at;
        if now < expiry { Ok(self) } else { Err(BadPass::Expired(expiry)) }
    }
}

/// A NumericDate: seconds, which may have a fraction.
fn time(seconds: f64) -> Option<Timestamp> {
    // What is no number or out of range becomes a number at its end, which is no time.
    Timestamp::from_second(seconds.floor() as i64)
        .ok()
        .filter(|at| seconds.is_finite() && *at >= Timestamp::UNIX_EPOCH)
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
#[path = "passes_tests.rs"]
mod tests;
