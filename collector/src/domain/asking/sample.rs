//! Who is in a sample: the same for the same customer, rule and day, and known to nobody beforehand.

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::domain::names::{CustomerId, InteractionId};
use crate::domain::secrets::Token;

/// What draws are made with. It is secret: an agent who could tell beforehand which customers are asked could choose whom to treat
/// well.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// A number from 0 to below 1: the customer is in the sample if the share is above it. HMAC-SHA-256 of customer, rule and day.
    pub(super) fn draw(&self, customer: &CustomerId, rule: &str, day: Date) -> f64 {
        let day = day.to_string();
        let bytes = self.digest(&["sample", customer.as_str(), rule, &day]);
        let mut first = [0; 8];
        first.copy_from_slice(&bytes[..8]);
        // 53 bits: as many as a number of this kind tells apart.
        (u64::from_be_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The token of the invitation that an interaction leads to: the same whenever its id comes again, and stored nowhere.
    pub fn token(&self, interaction: &InteractionId) -> Token {
        let bytes = self.digest(&["token", interaction.as_str()]);
        let mut first = [0; 16];
        first.copy_from_slice(&bytes[..16]);
        Token::from_random(first)
    }

    fn digest(&self, parts: &[&str]) -> [u8; 32] {
        // A key of any length will do.
        let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return self.0 };
        for part in parts {
            // With their lengths, `ab` and `c` differ from `a` and `bc`.
            hmac.update(&(part.len() as u64).to_be_bytes());
            hmac.update(part.as_bytes());
        }
        hmac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// 20,000 customers, and a share of a quarter: the standard deviation is 61, and six of them are not exceeded by chance.
    #[test]
    fn a_share_of_customers_is_that_share_and_each_day_another_one() {
        let seed = Seed([7; 32]);
        let in_it = |n: usize, rule: &str, day: i8| {
            let customer = format!("C-{n}").parse().unwrap();
            seed.draw(&customer, rule, date(2026, 3, day)) < 0.25
        };
        let count = |of: &dyn Fn(usize) -> bool| (0..20_000).filter(|n| of(*n)).count();
        for (rule, day) in [("a", 1), ("a", 2), ("b", 1)] {
            let n = count(&|n| in_it(n, rule, day));
            assert!(n.abs_diff(5000) < 367, "{rule} {day}: {n}");
        }
        // Independent of each other: a sixteenth is in both.
        for (rule, day) in [("a", 2), ("b", 1)] {
            let n = count(&|n| in_it(n, "a", 1) && in_it(n, rule, day));
            assert!(n.abs_diff(1250) < 206, "{rule} {day}: {n}");
        }
        let other = Seed([8; 32]);
        let customer = "C-1".parse().unwrap();
        assert_ne!(seed.draw(&customer, "a", date(2026, 3, 1)), other.draw(&customer, "a", date(2026, 3, 1)));
    }

    #[test]
    fn an_interaction_has_one_token() {
        let (one, other) = ("I-1".parse().unwrap(), "I-2".parse().unwrap());
        let seed = Seed([7; 32]);
        assert!(seed.token(&one) == seed.token(&one) && seed.token(&one) != seed.token(&other));
        assert!(seed.token(&one) != Seed([8; 32]).token(&one));
    }
}
