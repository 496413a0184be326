//! Who is not to be asked: customers who took leave, and addresses that mail does not reach.
//!
//! An entry is found by a hash of what it is about, an e-mail address, a telephone number or the company's id of a customer, and
//! keeps that itself only until the customer is erased: what remains stands in the way of being asked again, and names nobody.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::customers::{Customer, normal_email};
use crate::domain::names::CustomerId;
use crate::domain::phones::Phones;
use crate::domain::secrets::TokenHash;

/// Whom or what an entry is about, in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An e-mail address.
    Email(String),
    /// A telephone number.
    Phone(String),
    /// A customer, by the company's id.
    Customer(CustomerId),
}

/// Why somebody is on the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The customer took leave.
    Unsubscribed,
    /// Mail came back.
    Bounced,
    /// The customer said it was spam.
    Complained,
    /// The company put it there.
    #[default]
    Listed,
}

impl Reason {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Listed => "listed",
        }
    }
}

/// An entry of the list. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The address, until its customer is erased.
    pub address: Option<String>,
    /// `email`, `phone` or `customer`.
    pub kind: String,
    /// The survey that it is for; all of them without it.
    pub survey: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Since when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

impl Address {
    /// What this text is: an address of this kind.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(kind: &str, text: &str, phones: Phones) -> Result<Self, String> {
        match kind {
            "email" => normal_email(text).map(Self::Email).map_err(str::to_owned),
            "phone" => phones.normal(text).map(Self::Phone).map_err(str::to_owned),
            "customer" => {
                text.parse().map(Self::Customer).map_err(|why: crate::domain::names::BadName| why.to_string())
            }
            _ => Err(format!("{kind:?} is none of email, phone and customer")),
        }
    }

    /// Everything by which a customer may be on the list.
    pub fn all_of(customer: &CustomerId, known: &Customer) -> Vec<Self> {
        let email = known.email.clone().map(Self::Email);
        let phone = known.phone.clone().map(Self::Phone);
        [Some(Self::Customer(customer.clone())), email, phone].into_iter().flatten().collect()
    }

    /// `email`, `phone` or `customer`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
            Self::Customer(_) => "customer",
        }
    }

    /// The address itself.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(text) | Self::Phone(text) => text,
            Self::Customer(id) => id.as_str(),
        }
    }

    /// By what it is found.
    pub fn hash(&self) -> TokenHash {
        TokenHash::derived(&["suppressed", self.kind(), self.as_str()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_in_many_spellings_is_one() {
        let hash = |kind: &str, text: &str| Address::read(kind, text, Phones::default()).unwrap().hash();
        assert_eq!(hash("email", " Jo@Example.org "), hash("email", "jo@example.org"));
        assert_eq!(hash("phone", "+49 (30) 1234567"), hash("phone", "0049301234567"));
        assert_ne!(hash("customer", "12345"), hash("phone", "12345"));
        for (kind, text) in [("email", "jo"), ("phone", "x"), ("customer", " "), ("fax", "1234")] {
            assert!(Address::read(kind, text, Phones::default()).is_err(), "{kind} {text}");
        }
    }
}
