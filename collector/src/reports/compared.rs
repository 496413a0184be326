//! Differences, each with its interval, and corrected where there are many.

use wire::Tally;
use wire::report::{Compared, Judged, Verdict};

use crate::domain::statistics::{compare, judge};

/// How a tally differs from another; nothing, where one of them has fewer responses than are shown. Judged by itself: what
/// is shown with others is to be judged with them ([`correct`]).
pub(super) fn compared(this: &Tally, that: &Tally, smallest: u64) -> Option<Compared> {
    if this.n().min(that.n()) < smallest {
        return None;
    }
    let comparison = compare(this, that)?;
    let alone = Judged { comparison, q_value: comparison.p_value, verdict: Verdict::NotShown };
    Some(Compared { nps: that.nps().nps?, n: that.n(), judged: alone })
}

/// Judges comparisons that are made at once.
pub(super) fn correct<'a>(comparisons: impl Iterator<Item = &'a mut Compared>) {
    let comparisons: Vec<&mut Compared> = comparisons.collect();
    let made: Vec<_> = comparisons.iter().map(|compared| Some(compared.judged.comparison)).collect();
    for (compared, judged) in comparisons.into_iter().zip(judge(&made)) {
        compared.judged = judged.unwrap_or(compared.judged);
    }
}
