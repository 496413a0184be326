//! Cases that were opened in one period, put together and told apart.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use wire::cases::{Named, Promise};
use wire::evidence::Evidence;

use super::figures::evidence;
use super::followed::{Followed, Waited};
use crate::domain::cases::{Case, Meter};
use crate::domain::query::Timeline;
use crate::domain::statistics::withhold;

/// Cases, some 80 bytes each.
pub struct Cohort {
    cases: Vec<Followed>,
    codes: HashMap<String, u32>,
    /// The name of code `n` is at place `n - 1`.
    names: Vec<String>,
    meter: Option<Meter>,
    now: Timestamp,
}

/// The cases of one person or unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Whose; nobody's, where there is no unit.
    pub id: Option<String>,
    /// How many.
    pub n: u64,
    /// What became of them; nothing, where they are too few to be shown.
    pub evidence: Option<Evidence>,
}

impl Cohort {
    /// None yet. The meter measures working time from the first of them on, up to now; without one, none is known.
    pub fn new(meter: Option<Meter>, now: Timestamp) -> Self {
        Self { cases: Vec::new(), codes: HashMap::new(), names: Vec::new(), meter, now }
    }

    /// Takes a case.
    pub fn add(&mut self, case: &Case) {
        let waited = |promise: &Promise| Waited::new(case, *promise, self.meter.as_ref(), self.now);
        let waits = [&Promise::Acknowledge, &Promise::Contact, &Promise::Resolve].map(waited);
        let followed = Followed {
            opened_at: case.opened_at,
            state: case.state,
            reopened: case.first.is_some(),
            owner: self.code(Some(case.owner.as_str())),
            unit: self.code(case.unit.as_ref().map(|unit| unit.as_str())),
            root_cause: self.code(case.root_cause.as_deref()),
            waits,
        };
        self.cases.push(followed);
    }

    /// When the first of them was opened, and the last.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let times = || self.cases.iter().map(|case| case.opened_at);
        times().min().zip(times().max())
    }

    /// All of them.
    pub fn total(&self) -> Evidence {
        self.evidence(&self.cases.iter().collect::<Vec<_>>())
    }

    /// Those that were opened in each part of a stretch of time.
    pub fn by_part(&self, line: &Timeline) -> Vec<Evidence> {
        let mut parts = vec![Vec::new(); line.starts.len()];
        for case in &self.cases {
            let place = line.starts.partition_point(|start| *start <= case.opened_at.as_second());
            if let Some(part) = place.checked_sub(1).and_then(|place| parts.get_mut(place)) {
                part.push(case);
            }
        }
        parts.iter().map(|cases| self.evidence(cases)).collect()
    }

    /// By who follows them up, the most first. Groups with fewer than `smallest`, or that would give one away, are withheld.
    pub fn by_owner(&self, smallest: u64) -> Vec<Group> {
        self.by(smallest, |case| case.owner)
    }

    /// The same by unit.
    pub fn by_unit(&self, smallest: u64) -> Vec<Group> {
        self.by(smallest, |case| case.unit)
    }

    fn by(&self, smallest: u64, code: impl Fn(&Followed) -> u32) -> Vec<Group> {
        let mut groups: BTreeMap<u32, Vec<&Followed>> = BTreeMap::new();
        for case in &self.cases {
            groups.entry(code(case)).or_default().push(case);
        }
        let sizes: Vec<u64> = groups.values().map(|cases| cases.len() as u64).collect();
        let withheld = withhold(&sizes, smallest);
        let groups = groups.into_iter().zip(withheld).map(|((code, cases), withheld)| Group {
            id: self.name(code).map(str::to_owned),
            n: cases.len() as u64,
            evidence: (!withheld).then(|| self.evidence(&cases)),
        });
        let mut groups: Vec<Group> = groups.collect();
        groups.sort_by(|a, b| (Reverse(a.n), &a.id).cmp(&(Reverse(b.n), &b.id)));
        groups
    }

    fn evidence(&self, cases: &[&Followed]) -> Evidence {
        let name = |code: u32| {
            let id = self.name(code)?.to_owned();
            Some(Named { name: id.clone(), id })
        };
        evidence(cases, self.meter.is_some(), name)
    }

    fn name(&self, code: u32) -> Option<&str> {
        let place = usize::try_from(code.checked_sub(1)?).ok()?;
        self.names.get(place).map(String::as_str)
    }

    fn code(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        self.names.push(name.to_owned());
        let code = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.codes.insert(name.to_owned(), code);
        code
    }
}
