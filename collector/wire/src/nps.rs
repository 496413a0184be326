//! The arithmetic of the Net Promoter Score: scores, categories, tallies and the interval around the result.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// An answer to "how likely are you to recommend us", 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = u8, minimum = 0, maximum = 10))]
#[serde(try_from = "u8", into = "u8")]
pub struct Score(u8);

impl Score {
    /// The highest score.
    pub const MAX: u8 = 10;

    /// The score as a number, 0 to 10.
    pub fn get(self) -> u8 {
        self.0
    }

    /// Promoter 9–10, passive 7–8, detractor 0–6 (Reichheld, "The One Number You Need to Grow", HBR, December 2003).
    pub fn category(self) -> Category {
        match self.0 {
            9.. => Category::Promoter,
            7..=8 => Category::Passive,
            _ => Category::Detractor,
        }
    }
}

impl TryFrom<i64> for Score {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match u8::try_from(number) {
            Ok(number @ 0..=Self::MAX) => Ok(Self(number)),
            _ => Err("a score is a whole number from 0 to 10"),
        }
    }
}

impl TryFrom<u8> for Score {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::try_from(i64::from(number))
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> u8 {
        score.0
    }
}

/// What a score says about the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// 9 or 10.
    Promoter,
    /// 7 or 8.
    Passive,
    /// 0 to 6.
    Detractor,
}

impl Category {
    /// The name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Promoter => "promoter",
            Self::Passive => "passive",
            Self::Detractor => "detractor",
        }
    }
}

/// How often each score was given; element `i` counts the score `i`. Tallies add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally(pub [u64; 11]);

impl Tally {
    /// Counts one score.
    pub fn add(&mut self, score: Score) {
        self.0[usize::from(score.0)] += 1;
    }

    /// How many scores.
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many promoters, passives and detractors.
    pub fn counts(&self) -> (u64, u64, u64) {
        (self.0[9..].iter().sum(), self.0[7..9].iter().sum(), self.0[..7].iter().sum())
    }

    /// The figures of this tally.
    pub fn nps(&self) -> Nps {
        let (promoters, passives, detractors) = self.counts();
        let n = self.n();
        Nps {
            nps: (n > 0).then(|| 100.0 * (promoters as f64 - detractors as f64) / n as f64),
            n,
            promoters,
            passives,
            detractors,
            distribution: self.0,
            interval: (n > 0).then(|| adjusted_wald(promoters, passives, detractors)),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine += theirs);
    }
}

/// A Net Promoter Score with all that is needed to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nps {
    /// 100 × (promoters − detractors) / n, −100 to 100; absent where n is 0.
    pub nps: Option<f64>,
    /// Number of responses.
    pub n: u64,
    /// Responses of 9 or 10.
    pub promoters: u64,
    /// Responses of 7 or 8.
    pub passives: u64,
    /// Responses of 0 to 6.
    pub detractors: u64,
    /// How often each score was given, from 0 to 10.
    pub distribution: [u64; 11],
    /// 95 % interval of the NPS, low and high; absent where n is 0.
    pub interval: Option<[f64; 2]>,
}

/// The adjusted-Wald 95 % interval of an NPS, each end within −100 to 100.
///
/// Three responses are added, ¾ promoter, ¾ detractor and the rest passive, before the usual variance of a difference of
/// multinomial shares is taken: it covers near 95 % from n of about 5 on, where the plain Wald interval falls short.
/// Source: B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70 (2016), 365–372,
/// the adjusted Wald interval of weight 3.
pub fn adjusted_wald(promoters: u64, passives: u64, detractors: u64) -> [f64; 2] {
    // The 97.5 % point of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let n = (promoters + passives + detractors) as f64 + 3.0;
    let p = (promoters as f64 + 0.75) / n;
    let d = (detractors as f64 + 0.75) / n;
    let middle = p - d;
    let half = Z * ((p + d - middle * middle) / n).sqrt();
    [(middle - half) * 100.0, (middle + half) * 100.0].map(|end| end.clamp(-100.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(counts: [u64; 11]) -> Tally {
        Tally(counts)
    }

    #[test]
    fn categories_follow_the_published_bounds() {
        let of = |n: i64| Score::try_from(n).unwrap().category();
        assert!((0..=6).all(|n| of(n) == Category::Detractor));
        assert!((7..=8).all(|n| of(n) == Category::Passive));
        assert!((9..=10).all(|n| of(n) == Category::Promoter));
    }

    #[test]
    fn a_score_outside_0_to_10_is_none() {
        assert!(Score::try_from(-1i64).is_err());
        assert!(Score::try_from(11i64).is_err());
        assert!(Score::try_from(256i64).is_err(), "must not wrap round to 0");
    }

    #[test]
    fn nps_is_promoters_less_detractors_in_a_hundred() {
        let nps = tally([1, 0, 0, 0, 0, 0, 1, 1, 1, 3, 3]).nps();
        assert_eq!((nps.n, nps.promoters, nps.passives, nps.detractors), (10, 6, 2, 2));
        assert_eq!(nps.nps, Some(40.0));
    }

    #[test]
    fn nothing_asked_gives_no_number_rather_than_zero() {
        let nps = Tally::default().nps();
        assert_eq!((nps.n, nps.nps, nps.interval), (0, None, None));
    }

    /// By hand: n' = 13, p' = 6.75/13, d' = 2.75/13, m = 4/13 = 0.307692, var = 9.5/13 − m² = 0.636095,
    /// half = 1.959964 × √(0.636095 / 13) = 0.433548.
    #[test]
    fn the_interval_is_the_adjusted_wald_one() {
        let [low, high] = adjusted_wald(6, 2, 2);
        assert!((low - -12.5856).abs() < 0.001, "{low}");
        assert!((high - 74.1240).abs() < 0.001, "{high}");
    }

    #[test]
    fn one_delighted_customer_does_not_make_a_certain_hundred() {
        let [low, high] = adjusted_wald(1, 0, 0);
        assert!(low < 0.0 && high <= 100.0, "{low} {high}");
    }
}
