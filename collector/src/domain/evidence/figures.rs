//! What some cases come to.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use wire::cases::{Named, Promise, State};
use wire::evidence::{Evidence, Kept, Lengths, RootCauseShare, StateShare, Wait};

use super::followed::{End, Followed, Promised, Waited};
use crate::domain::statistics::{Survival, share};

/// What became of these cases. `measured`: whether working time is known.
pub(super) fn evidence(cases: &[&Followed], measured: bool, name: impl Fn(u32) -> Option<Named>) -> Evidence {
    let count = |is: &dyn Fn(&Followed) -> bool| cases.iter().filter(|case| is(case)).count() as u64;
    let n = cases.len() as u64;
    let state =
        |state: &State| StateShare { state: *state, share: share(count(&|case| case.state == *state), n) };
    let mut causes: BTreeMap<u32, u64> = BTreeMap::new();
    cases.iter().for_each(|case| *causes.entry(case.root_cause).or_default() += 1);
    let unknown = causes.remove(&0).unwrap_or_default();
    let cause = |(code, cases): (u32, u64)| {
        Some(RootCauseShare { root_cause: name(code)?, share: share(cases, n - unknown) })
    };
    let mut root_causes: Vec<RootCauseShare> = causes.into_iter().filter_map(cause).collect();
    root_causes
        .sort_by(|a, b| (Reverse(a.share.n), &a.root_cause.id).cmp(&(Reverse(b.share.n), &b.root_cause.id)));
    Evidence {
        n,
        reopened: count(&|case| case.reopened),
        states: State::ALL.iter().map(state).collect(),
        waits: Promise::ALL.iter().map(|promise| wait(cases, *promise, measured)).collect(),
        root_causes,
        root_cause_unknown: unknown,
    }
}

fn wait(cases: &[&Followed], promise: Promise, measured: bool) -> Wait {
    let waits = || cases.iter().map(|case| &case.waits[promise as usize]);
    let count = |end: End| waits().filter(|wait| wait.end == end).count() as u64;
    let lengths = |length: fn(&Waited) -> u32| {
        lengths(waits().map(|wait| (length(wait), wait.end == End::Done)).collect())
    };
    let became = |what: Promised| waits().filter(|wait| wait.promised == Some(what)).count() as u64;
    let (kept, late, overdue) = (became(Promised::Kept), became(Promised::Late), became(Promised::Overdue));
    Wait {
        promise,
        done: count(End::Done),
        closed_without: count(End::Closed),
        waiting: count(End::Waiting),
        elapsed: lengths(|wait| wait.elapsed),
        working: measured.then(|| lengths(|wait| wait.working)),
        kept: Kept {
            share: share(kept, kept + late + overdue),
            late,
            overdue,
            not_yet_due: became(Promised::NotYetDue),
        },
    }
}

fn lengths(times: Vec<(u32, bool)>) -> Lengths {
    let survival = Survival::new(times);
    let hours = |seconds: Option<u32>| seconds.map(|seconds| f64::from(seconds) / 3600.0);
    Lengths {
        median_hours: hours(survival.quantile(0.5)),
        median_interval: survival.interval(0.5).map(hours),
        p90_hours: hours(survival.quantile(0.9)),
    }
}
