//! Recovery: the next score of customers who were followed up, against that of those who were not.
//!
//! A customer is on the side on which she or he was when the next score was given; for whether those who were asked again
//! answered, when they were asked. Were it the same moment for both, whoever was talked to between being asked and answering would
//! count as followed up only because of the answer.

use jiff::Timestamp;
use wire::cases::State;
use wire::evidence::{Adjusted, Among, NextScore, RecoveryReport, Side};
use wire::report::Asked;
use wire::{Category, Score, Tally};

use super::caveats::caveats;
use crate::domain::cases::{Case, Round};
use crate::domain::statistics::{compare, compare_shares, share, standardised};

/// A customer, and what came after the score in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Customer {
    /// That score.
    pub first: Score,
    /// When it was given, or when its case was opened.
    pub at: Timestamp,
    /// When the customer was followed up first.
    pub followed_up: Option<Timestamp>,
    /// Whether the case says that nobody could be reached.
    pub not_reached: bool,
    /// Whether somebody has opened the case, and not an answer.
    pub by_hand: bool,
    /// The next score, and when it was given.
    pub next: Option<(Score, Timestamp)>,
    /// When the customer was asked next, and whether that was answered.
    pub asked: Option<(Timestamp, bool)>,
}

/// When somebody has talked to the customer first, or the case was resolved.
pub fn followed_up_at(case: &Case) -> Option<Timestamp> {
    let of_round = |round: Round| {
        let resolved = round.closed_at.filter(|_| round.state == State::Resolved);
        round.contacted_at.into_iter().chain(resolved).min()
    };
    case.rounds().into_iter().filter_map(of_round).min()
}

/// Customers, put together.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    customers: u64,
    followed_up: Together,
    not_followed_up: Together,
}

/// One side.
#[derive(Clone, Debug, Default)]
pub(super) struct Together {
    /// Next scores, by first score.
    pub(super) next: [Tally; 11],
    /// First scores of those who gave a next one.
    pub(super) first: Vec<f64>,
    /// Days to the next score.
    pub(super) days: Vec<f64>,
    /// Of those who were no promoters, how many moved up a category.
    pub(super) moved_up: (u64, u64),
    /// Of those who were asked again, how many answered.
    pub(super) answered: (u64, u64),
    pub(super) not_asked: u64,
    pub(super) not_reached: u64,
    pub(super) by_hand: u64,
    change: i64,
}

impl Recovery {
    /// Takes a customer.
    pub fn add(&mut self, customer: &Customer) {
        let Customer { first, at, not_reached, by_hand, next, asked, .. } = *customer;
        self.customers += 1;
        if let Some((when, answered)) = asked {
            let side = self.side(customer, Some(when));
            side.answered.0 += u64::from(answered);
            side.answered.1 += 1;
        }
        let side = self.side(customer, next.map(|(_, at)| at));
        let Some((score, then)) = next else {
            side.not_asked += u64::from(asked.is_none());
            return;
        };
        side.next[usize::from(first.get())].add(score);
        side.first.push(f64::from(first.get()));
        side.days.push(then.duration_since(at).as_secs_f64() / 86_400.0);
        if first.category() != Category::Promoter {
            side.moved_up.0 += u64::from(score.category() < first.category());
            side.moved_up.1 += 1;
        }
        side.not_reached += u64::from(not_reached);
        side.by_hand += u64::from(by_hand);
        side.change += i64::from(score.get()) - i64::from(first.get());
    }

    /// The side on which a customer was at a moment, or is now.
    fn side(&mut self, customer: &Customer, at: Option<Timestamp>) -> &mut Together {
        let followed_up = customer.followed_up.is_some_and(|then| at.is_none_or(|at| then < at));
        if followed_up { &mut self.followed_up } else { &mut self.not_followed_up }
    }

    /// What they come to.
    pub fn report(
        self,
        (among, next): (Among, NextScore),
        asked: Asked,
        unit: Option<String>,
        smallest: u64,
    ) -> RecoveryReport {
        let Self { customers, followed_up: with, not_followed_up: without } = self;
        let hidden = [&with, &without].iter().any(|side| (1..smallest).contains(&side.n()));
        let adjusted = standardised(&with.next, &without.next).filter(|_| !hidden).map(|got| Adjusted {
            comparison: got.comparison,
            first_scores: got.strata,
            n: got.n,
            left_out: with.n() + without.n() - got.n,
        });
        let difference = compare(&with.all_next(), &without.all_next()).filter(|_| !hidden);
        let moved_up = compare_shares(with.moved_up, without.moved_up).filter(|_| !hidden);
        let answered_again = compare_shares(with.answered, without.answered);
        let caveats = caveats(&with, &without, answered_again.as_ref(), adjusted.as_ref(), hidden);
        RecoveryReport {
            asked,
            unit,
            among,
            next,
            smallest,
            customers,
            followed_up: with.side(hidden),
            not_followed_up: without.side(hidden),
            difference,
            adjusted,
            moved_up,
            answered_again,
            caveats,
        }
    }
}

impl Together {
    pub(super) fn n(&self) -> u64 {
        self.first.len() as u64
    }

    fn all_next(&self) -> Tally {
        let mut all = Tally::default();
        self.next.iter().for_each(|next| all += *next);
        all
    }

    fn all_first(&self) -> Tally {
        Tally(self.next.map(|next| next.n()))
    }

    /// The middle of the days to the next score.
    pub(super) fn median_days(&self) -> Option<f64> {
        let mut days = self.days.clone();
        days.sort_by(f64::total_cmp);
        let middle = days.len() / 2;
        let upper = days.get(middle)?;
        Some(if days.len() % 2 == 1 { *upper } else { f64::midpoint(days[middle - 1], *upper) })
    }

    fn side(&self, hidden: bool) -> Side {
        let n = self.n();
        let shown = !hidden && n > 0;
        Side {
            n,
            withheld: hidden.then_some(n),
            first: shown.then(|| self.all_first().nps()),
            next: shown.then(|| self.all_next().nps()),
            moved_up: shown.then(|| share(self.moved_up.0, self.moved_up.1)),
            mean_change: shown.then(|| self.change as f64 / n as f64),
            median_days: self.median_days().filter(|_| shown),
            answered_again: share(self.answered.0, self.answered.1),
            not_asked_again: self.not_asked,
            not_reached: self.not_reached,
        }
    }
}
