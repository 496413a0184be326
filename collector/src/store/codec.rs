//! Records as bytes: MessagePack with field names, so that a field can be added with a default and old records still read.

use serde::{Deserialize, Serialize};

use super::StoreError;

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    rmp_serde::to_vec_named(value).map_err(|error| StoreError::Unreadable(error.to_string().into()))
}

pub(super) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, StoreError> {
    rmp_serde::from_slice(bytes).map_err(|error| StoreError::Unreadable(error.to_string().into()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::counted::CountedInvitation;
    use crate::domain::invitations::Invitation;
    use crate::domain::responses::Response;

    /// A response as it was before somebody could be nobody.
    #[derive(Serialize)]
    struct Old {
        id: Uuid,
        survey: &'static str,
        version: u32,
        customer: &'static str,
        agent: Option<&'static str>,
        attributes: BTreeMap<String, String>,
        language: Option<&'static str>,
        answers: BTreeMap<&'static str, i64>,
        score: u8,
        at: i64,
        updated_at: i64,
        completed_at: Option<i64>,
        submissions: Vec<u8>,
    }

    /// What the program wrote before there were open surveys, and what it writes of somebody who is not known.
    #[test]
    fn a_record_of_a_known_customer_is_read_as_ever() {
        let mut invitation = json!({
            "survey": "s", "customer": "C-1", "agent": null, "language": null, "first_name": null,
            "attributes": {}, "created_at": 0, "expires_at": 0, "response": null
        });
        let read: Invitation = decode(&encode(&invitation).unwrap()).unwrap();
        assert_eq!(read.customer.as_ref().map(|customer| customer.as_str()), Some("C-1"));
        invitation["customer"] = json!(null);
        assert_eq!(decode::<Invitation>(&encode(&invitation).unwrap()).unwrap().customer, None);

        let old = Old {
            id: Uuid::nil(),
            survey: "s",
            version: 1,
            customer: "C-1",
            agent: None,
            attributes: BTreeMap::new(),
            language: None,
            answers: BTreeMap::from([("nps", 9)]),
            score: 9,
            at: 0,
            updated_at: 0,
            completed_at: None,
            submissions: Vec::new(),
        };
        let mut read: Response = decode(&encode(&old).unwrap()).unwrap();
        assert_eq!(read.customer.as_ref().map(|customer| customer.as_str()), Some("C-1"));
        assert_eq!(encode(&read).unwrap(), encode(&old).unwrap(), "written as ever");
        read.customer = None;
        assert_eq!(decode::<Response>(&encode(&read).unwrap()).unwrap(), read);
    }

    #[test]
    fn an_invitation_with_long_names_is_read_and_written_with_short_ones() {
        let long = json!({
            "survey": "support", "customer": "C-1", "agent": "amira", "language": "de", "first_name": "Jo",
            "attributes": {"region": "north"}, "created_at": 1_700_000_000_000_i64, "expires_at": 1_800_000_000_000_i64,
            "response": 7, "number": 9, "withdrawn": true,
            "decided": {"interaction": 5, "rule": "all", "mail": "invitation", "send_at": 1_700_000_060_000_i64}
        });
        let long = encode(&long).unwrap();
        let read: Invitation = decode(&long).unwrap();
        let decided = read.decided.as_ref().unwrap();
        assert_eq!(
            (&*read.survey, read.response, read.number, read.withdrawn),
            ("support", Some(7), Some(9), true)
        );
        assert_eq!((decided.interaction, decided.mail.as_deref()), (5, Some("invitation")));
        let short = encode(&read).unwrap();
        assert!(3 * short.len() < 2 * long.len(), "{} and {}", short.len(), long.len());
        assert_eq!(decode::<Invitation>(&short).unwrap(), read);
        // Who counts reads a part of it.
        let counted: CountedInvitation<'_> = decode(&short).unwrap();
        assert_eq!(decode::<CountedInvitation<'_>>(&long).unwrap(), counted);
        assert_eq!((counted.agent, counted.language, counted.number), (Some("amira"), Some("de"), Some(9)));
        assert_eq!(counted, (&read).into());
    }
}
