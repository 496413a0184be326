//! In which unit an agent was when a response was given.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::column::ABSENT;
use super::dictionary::Dictionary;
use super::segment::seconds;
use crate::domain::organisation::Organisation;

/// Says that the rest of a cell is a place in `Homes::moved`.
const MOVED: u32 = 1 << 31;

/// When an agent's unit is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Members {
    /// When the response was given.
    #[default]
    Then,
    /// At one moment, whenever the response was given.
    At(Timestamp),
}

/// Agents' codes to cells: 0 for no unit, else one more than the place in `units`.
pub(super) struct Homes {
    /// By the agent's code; of one who moved, the place in `moved`.
    cell_of: Vec<u32>,
    /// From when on (seconds since 1970) in which cell; ascending.
    moved: Vec<Vec<(u32, u32)>>,
    pub(super) units: Vec<Arc<str>>,
}

impl Homes {
    pub(super) fn new(
        kind: &str,
        agents: &Dictionary,
        organisation: &Organisation,
        members: Members,
    ) -> Self {
        let mut homes = Self { cell_of: vec![ABSENT; agents.codes()], moved: Vec::new(), units: Vec::new() };
        let mut cells: BTreeMap<String, u32> = BTreeMap::new();
        let mut cell = |homes: &mut Self, unit: &str| {
            *cells.entry(unit.to_owned()).or_insert_with(|| {
                homes.units.push(unit.into());
                homes.units.len() as u32
            })
        };
        match members {
            Members::At(moment) => {
                for (agent, unit) in organisation.homes(kind, moment) {
                    if let Some(code) = agents.find(agent) {
                        homes.cell_of[code as usize] = cell(&mut homes, unit);
                    }
                }
            }
            Members::Then => {
                for (agent, stays) in organisation.stays(kind) {
                    let Some(code) = agents.find(agent) else { continue };
                    let mut steps: Vec<(u32, u32)> = Vec::with_capacity(stays.len() + 1);
                    for stay in &stays {
                        let cell = cell(&mut homes, stay.unit);
                        let from = seconds(stay.from);
                        steps.retain(|(start, _)| *start < from);
                        steps.push((from, cell));
                        if stay.to < Timestamp::MAX {
                            steps.push((seconds(stay.to), ABSENT));
                        }
                    }
                    homes.cell_of[code as usize] = match steps.as_slice() {
                        [(0, cell)] => *cell,
                        _ => {
                            homes.moved.push(steps);
                            MOVED | (homes.moved.len() as u32 - 1)
                        }
                    };
                }
            }
        }
        homes
    }

    /// The cell of an agent at a moment.
    #[inline]
    pub(super) fn cell(&self, code: u32, at: u32) -> u32 {
        let cell = self.cell_of[code as usize];
        if cell & MOVED == 0 { cell } else { self.cell_of_moved(cell & !MOVED, at) }
    }

    /// Cells by the agents' codes, if nobody moved.
    pub(super) fn fixed(&self) -> Option<&[u32]> {
        self.moved.is_empty().then_some(&self.cell_of)
    }

    /// Gives each cell another number.
    pub(super) fn renumber(&mut self, to: &[u32]) {
        let moved = self.moved.iter_mut().flatten().map(|(_, cell)| cell);
        let fixed = self.cell_of.iter_mut().filter(|cell| **cell & MOVED == 0);
        fixed.chain(moved).for_each(|cell| *cell = to[*cell as usize]);
    }

    fn cell_of_moved(&self, place: u32, at: u32) -> u32 {
        let steps = &self.moved[place as usize];
        let begun = steps.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).map_or(ABSENT, |place| steps[place].1)
    }
}
