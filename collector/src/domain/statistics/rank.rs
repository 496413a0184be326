//! Who is better, as far as the answers show: ranks in which ties are ties.
//!
//! Sorting by score makes a first and a last even of equals. Here a group is behind another only if that one is shown to be
//! better: by the test of `compare`, at 5 % divided by the number of others (Bonferroni). With 95 % confidence, then, none of what
//! is said of a group is wrong, and its true place is one of `places`: 1 + those shown better, up to all less those shown worse.
//! It holds for each group by itself, like every interval here; not for the whole list at once.
//!
//! M. Mogstad, J. P. Romano, A. M. Shaikh, D. Wilhelm, "Inference for Ranks with Applications to Mobility across Neighbourhoods
//! and Academic Achievement across Countries", The Review of Economic Studies 91 (2024), 476–518: marginal confidence sets
//! from pairwise differences.

use wire::Tally;
use wire::report::Ranked;

use super::estimate::Estimate;
use super::{ALPHA, tails};

/// The groups with at least `smallest` answers, best first. The others have no place, and hold none of those who have.
pub fn rank(groups: &[(Option<String>, Tally)], smallest: u64) -> Vec<Ranked> {
    let enough = groups.iter().filter(|(_, tally)| tally.n() >= smallest);
    let (keyed, estimates): (Vec<_>, Vec<_>) =
        enough.filter_map(|group| Some((group, Estimate::nps(&group.1)?))).unzip();
    let (better, worse) = told_apart(&estimates);
    let all = estimates.len() as u64;
    let ranked =
        keyed.into_iter().zip(better.into_iter().zip(worse)).map(|((key, tally), (better, worse))| Ranked {
            key: key.clone(),
            name: None,
            rank: better + 1,
            places: [better + 1, all - worse],
            ties: all - 1 - better - worse,
            figures: tally.nps(),
        });
    let mut ranked: Vec<Ranked> = ranked.collect();
    let by_score = |a: &Ranked, b: &Ranked| {
        b.figures.nps.unwrap_or_default().total_cmp(&a.figures.nps.unwrap_or_default())
    };
    ranked.sort_by(|a, b| {
        let ranks = a.rank.cmp(&b.rank).then_with(|| by_score(a, b));
        ranks.then_with(|| b.figures.n.cmp(&a.figures.n)).then_with(|| a.key.cmp(&b.key))
    });
    ranked
}

/// For each, how many are shown to be better and how many worse.
fn told_apart(estimates: &[Estimate]) -> (Vec<u64>, Vec<u64>) {
    let (mut better, mut worse) = (vec![0; estimates.len()], vec![0; estimates.len()]);
    let mut threshold = Threshold::new(ALPHA / estimates.len().saturating_sub(1).max(1) as f64);
    for (i, a) in estimates.iter().enumerate() {
        for (j, b) in estimates.iter().enumerate().skip(i + 1) {
            // Most pairs are closer than even the normal distribution asks for.
            let (apart, variance) = (a.centre - b.centre, a.variance + b.variance);
            if apart * apart <= threshold.least * variance {
                continue;
            }
            let (distance, freedom) = a.distance(b);
            if distance.abs() > threshold.at(freedom) {
                let (ahead, behind) = if distance > 0.0 { (i, j) } else { (j, i) };
                worse[ahead] += 1;
                better[behind] += 1;
            }
        }
    }
    (better, worse)
}

/// How far apart two must be, by degrees of freedom: the next lower whole number's, and a thousand's beyond that, which asks
/// for a little more than needed.
struct Threshold {
    alpha: f64,
    /// The square of what the normal distribution asks for.
    least: f64,
    known: Vec<f64>,
}

impl Threshold {
    const MOST: usize = 1000;

    fn new(alpha: f64) -> Self {
        let normal = tails::critical(alpha, f64::INFINITY);
        Self { alpha, least: normal * normal, known: vec![f64::NAN; Self::MOST + 1] }
    }

    fn at(&mut self, freedom: f64) -> f64 {
        let whole = (freedom as usize).clamp(1, Self::MOST);
        if self.known[whole].is_nan() {
            self.known[whole] = tails::critical(self.alpha, whole as f64);
        }
        self.known[whole]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::statistics::compare;
    use crate::domain::statistics::simulations::tally;

    fn group(key: &str, tally: Tally) -> (Option<String>, Tally) {
        (Some(key.to_owned()), tally)
    }

    fn keys(ranked: &[Ranked]) -> Vec<(&str, u64, [u64; 2], u64)> {
        ranked.iter().map(|it| (it.key.as_deref().unwrap(), it.rank, it.places, it.ties)).collect()
    }

    #[test]
    fn who_is_not_told_apart_shares_a_rank() {
        let groups = [
            group("few", tally(5, 2, 1)),
            group("good", tally(700, 200, 100)),
            group("bad", tally(200, 300, 500)),
            group("as good", tally(690, 210, 100)),
        ];
        let expected =
            [("good", 1, [1, 3], 2), ("as good", 1, [1, 3], 2), ("few", 1, [1, 4], 3), ("bad", 3, [3, 4], 1)];
        assert_eq!(keys(&rank(&groups, 5)), expected);
    }

    #[test]
    fn too_few_answers_are_never_ranked() {
        let groups =
            [group("four", tally(4, 0, 0)), group("five", tally(0, 0, 5)), group("none", Tally::default())];
        assert_eq!(keys(&rank(&groups, 5)), [("five", 1, [1, 1], 0)]);
        assert_eq!(rank(&groups, 0).len(), 2);
        assert_eq!(rank(&[], 5), []);
    }

    proptest! {
        /// What the pairwise tests say one by one, with a threshold that is a little stricter.
        #[test]
        fn ranks_are_those_of_the_pairwise_tests(counts in prop::collection::vec((0u64..400, 0u64..400, 0u64..400), 1..12)) {
            let groups: Vec<_> = counts.iter().enumerate().map(|(i, (p, s, d))| group(&format!("{i:02}"), tally(*p, *s, *d))).collect();
            let ranked = rank(&groups, 1);
            let alpha = 0.05 / (ranked.len().max(2) - 1) as f64;
            let counted = |key: &Option<String>, sign: f64, alpha: f64| {
                let own = &groups.iter().find(|(other, _)| other == key).unwrap().1;
                let others = groups.iter().filter(|(other, _)| other != key).filter_map(|(_, tally)| compare(tally, own));
                others.filter(|it| it.p_value < alpha && it.interval[0] * sign > 0.0 && it.interval[1] * sign > 0.0).count() as u64
            };
            for it in &ranked {
                let [best, worst] = it.places;
                prop_assert_eq!(it.rank, best);
                prop_assert!(best <= worst && worst <= ranked.len() as u64);
                for (shown, sign) in [(best - 1, 1.0), (ranked.len() as u64 - worst, -1.0)] {
                    prop_assert!(shown <= counted(&it.key, sign, alpha) && shown >= counted(&it.key, sign, alpha * 0.8));
                }
            }
        }
    }
}
