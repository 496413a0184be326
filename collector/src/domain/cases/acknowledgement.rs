//! The link in the owner's mail by which a case is acknowledged without signing in: sealed as links to last scores are, for this
//! case and this person alone, and for some days.

use jiff::Timestamp;

use super::CaseId;
use crate::domain::links::{BadLink, LinkSecret};
use crate::domain::names::PersonId;

/// What a seal is for, so that it is none for anything else.
const PURPOSE: &[u8] = b"hearback acknowledge-case 1";

/// That somebody may acknowledge a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub person: PersonId,
    /// From when on the link does nothing.
    pub expires_at: Timestamp,
}

impl Acknowledgement {
    /// The end of the link. The nonce is random.
    pub fn seal(&self, secret: &LinkSecret, nonce: [u8; 24]) -> String {
        let seconds = self.expires_at.as_second().to_be_bytes();
        let text = [&seconds[..], &self.case.0.to_be_bytes(), self.person.as_str().as_bytes()].concat();
        secret.seal_for(PURPOSE, &text, nonce)
    }

    /// What the end of a link says.
    ///
    /// # Errors
    /// When it was not sealed by this secret, or has expired.
    pub fn open(secret: &LinkSecret, sealed: &str, now: Timestamp) -> Result<Self, BadLink> {
        let read = || {
            let text = secret.unseal_for(PURPOSE, sealed)?;
            let (seconds, rest) = text.split_first_chunk::<8>()?;
            let (case, person) = rest.split_first_chunk::<8>()?;
            Some(Self {
                case: CaseId(u64::from_be_bytes(*case)),
                person: std::str::from_utf8(person).ok()?.parse().ok()?,
                expires_at: Timestamp::from_second(i64::from_be_bytes(*seconds)).ok()?,
            })
        };
        let link = read().ok_or(BadLink::Unknown)?;
        if now < link.expires_at { Ok(link) } else { Err(BadLink::Expired(link.expires_at)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::links::Link;

    #[test]
    fn a_link_is_for_one_case_and_one_person_and_some_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let secret = |byte| LinkSecret { key: [byte; 32], created_at: at(0) };
        let link = Acknowledgement { case: CaseId(7), person: "lead".parse().unwrap(), expires_at: at(1000) };
        let sealed = link.seal(&secret(1), [3; 24]);
        assert_eq!(Acknowledgement::open(&secret(1), &sealed, at(999)), Ok(link));
        assert_eq!(Acknowledgement::open(&secret(1), &sealed, at(1000)), Err(BadLink::Expired(at(1000))));
        assert_eq!(Acknowledgement::open(&secret(2), &sealed, at(999)), Err(BadLink::Unknown));
        let score = Link { customer: "C-1".parse().unwrap(), expires_at: at(1000) };
        let other = secret(1).seal(&score, [3; 24]);
        assert_eq!(
            Acknowledgement::open(&secret(1), &other, at(999)),
            Err(BadLink::Unknown),
            "another purpose"
        );
        assert!(secret(1).open(&sealed, at(999)).is_err());
    }
}
