//! When a comparison of those who were followed up with those who were not is not fair, or not sure: in plain words.

use wire::evidence::{Adjusted, Caveat, CaveatCode};
use wire::report::Comparison;

use super::recovery::Together;
use crate::domain::statistics::imbalance;

/// With fewer next scores on a side, chance alone moves an NPS by some 30 points.
const FEW: u64 = 30;

/// Two sides whose means are further apart than this part of a standard deviation did not begin alike (see `standardise`).
const APART: f64 = 0.1;

/// What is to be known before anything is made of a comparison.
pub(super) fn caveats(
    with: &Together,
    without: &Together,
    answered_again: Option<&Comparison>,
    adjusted: Option<&Adjusted>,
    hidden: bool,
) -> Vec<Caveat> {
    let mut caveats = vec![Caveat {
        code: CaveatCode::NotAtRandom,
        sentence: "Nobody drew lots who is followed up: those who were may differ from the others in more than that, \
            such as in being easy to reach. A difference is not proof that following up has made it."
            .to_owned(),
    }];
    let mut say = |code, sentence: String| caveats.push(Caveat { code, sentence });
    let least = with.n().min(without.n());
    if least < FEW {
        say(
            CaveatCode::Few,
            format!(
                "There are few next scores, {least} on one side: chance alone can make a large difference."
            ),
        );
    }
    let apart = |a: &[f64], b: &[f64]| imbalance(a, b).is_some_and(|by| by.abs() > APART);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    if !hidden && apart(&with.first, &without.first) {
        say(
            CaveatCode::FirstScoresDiffer,
            format!(
                "The two sides began with different scores, {:.1} on average against {:.1}: the lower, the more room there is \
                    to rise. Look at the adjusted difference.",
                mean(&with.first),
                mean(&without.first)
            ),
        );
    }
    if let Some(difference) = answered_again.filter(|difference| difference.p_value <= 0.05) {
        say(
            CaveatCode::AnsweredAgainDiffers,
            format!(
                "Of those who were followed up, {:.0} percentage points {} answered again when they were asked: who answers \
                    may be who is content, and who is angry may be gone.",
                difference.difference.abs(),
                if difference.difference > 0.0 { "more" } else { "fewer" }
            ),
        );
    }
    if !hidden
        && apart(&with.days, &without.days)
        && let Some((with, without)) = with.median_days().zip(without.median_days())
    {
        say(
            CaveatCode::TimeDiffers,
            format!(
                "It took {with:.0} days to the next score of those who were followed up, {without:.0} to that of the others \
                    (medians): anger fades with time, and who answers again at once has hardly been followed up by then."
            ),
        );
    }
    if without.not_reached > 0 {
        say(
            CaveatCode::NotReached,
            format!(
                "{} of those who count as not followed up could not be reached, though somebody tried.",
                without.not_reached
            ),
        );
    }
    if let Some(adjusted) = adjusted.filter(|adjusted| adjusted.left_out > 0) {
        say(
            CaveatCode::LeftOut,
            format!(
                "The adjusted difference leaves out {} of {} customers: nobody on the other side began with their score.",
                adjusted.left_out,
                adjusted.left_out + adjusted.n
            ),
        );
    }
    if !hidden && with.by_hand + without.by_hand > 0 {
        say(
            CaveatCode::OpenedByHand,
            format!(
                "Of {} of those who were followed up and of {} of the others, the case was opened by hand: somebody chose them, \
                    knowing more than their score, which was given before.",
                with.by_hand, without.by_hand
            ),
        );
    }
    caveats
}
