//! The persons asked, and how they are found again by what a caller shows of them.

use serde::{Deserialize, Serialize};

/// What is known of a customer besides the id. Stored: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// In the form [`normal_email`] gives.
    #[serde(default)]
    pub email: Option<String>,
    /// In the form [`Phones::normal`](crate::domain::phones::Phones::normal) gives.
    #[serde(default)]
    pub phone: Option<String>,
    /// For personal words.
    #[serde(default)]
    pub first_name: Option<String>,
}

impl Customer {
    /// Takes over what a newer invitation knows; what it does not know stays.
    pub fn update(&mut self, newer: &Customer) {
        let take = |mine: &mut Option<String>, theirs: &Option<String>| {
            if theirs.is_some() {
                mine.clone_from(theirs);
            }
        };
        take(&mut self.email, &newer.email);
        take(&mut self.phone, &newer.phone);
        take(&mut self.first_name, &newer.first_name);
    }
}

/// An e-mail address as it is stored and looked up: lower case, since no mail provider in use tells case apart.
///
/// # Errors
/// Says what is wrong. Only the shape is checked (RFC 5321 lengths, one `@`, no spaces); whether it exists only a mail
/// can tell.
pub fn normal_email(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Err("an e-mail address has an @");
    };
    if local.is_empty() || local.len() > 64 || local.contains('@') {
        return Err("the part before the @ has 1 to 64 characters and no second @");
    }
    if domain.is_empty() || domain.len() > 255 || domain.starts_with('.') || domain.ends_with('.') {
        return Err("the part after the @ is a domain name");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("an e-mail address has no spaces");
    }
    Ok(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_make_another_address() {
        assert_eq!(normal_email(" Jo.Doe@Example.ORG").as_deref(), Ok("jo.doe@example.org"));
        for text in ["jo", "@example.org", "jo@", "jo doe@example.org", "jo@x@example.org", "jo@example."] {
            assert!(normal_email(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_newer_invitation_does_not_know_stays() {
        let mut customer =
            Customer { email: Some("a@example.org".into()), phone: Some("+1555".into()), first_name: None };
        customer.update(&Customer { phone: Some("+1556".into()), ..Customer::default() });
        assert_eq!(
            (customer.email.as_deref(), customer.phone.as_deref()),
            (Some("a@example.org"), Some("+1556"))
        );
    }
}
