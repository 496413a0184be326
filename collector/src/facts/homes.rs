//! In which unit an agent was when a response was given.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::column::ABSENT;
use super::dictionary::Dictionary;
use super::segment::{Segment, seconds};
use crate::domain::organisation::Stay;

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
    moved: Vec<Moved>,
    pub(super) units: Vec<Arc<str>>,
}

/// Somebody who was not always in one unit.
struct Moved {
    /// The agent's code.
    code: u32,
    /// From when on (seconds since 1970) in which cell; ascending.
    steps: Vec<(u32, u32)>,
}

impl Moved {
    fn cell(&self, at: u32) -> u32 {
        let begun = self.steps.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).map_or(ABSENT, |place| self.steps[place].1)
    }
}

impl Homes {
    pub(super) fn new(stays: &BTreeMap<&str, Vec<Stay<'_>>>, agents: &Dictionary, members: Members) -> Self {
        let mut homes = Self { cell_of: vec![ABSENT; agents.codes()], moved: Vec::new(), units: Vec::new() };
        let mut cells: BTreeMap<String, u32> = BTreeMap::new();
        let mut cell = |homes: &mut Self, unit: &str| {
            *cells.entry(unit.to_owned()).or_insert_with(|| {
                homes.units.push(unit.into());
                homes.units.len() as u32
            })
        };
        for (agent, stays) in stays {
            let Some(code) = agents.find(agent) else { continue };
            homes.cell_of[code as usize] = match members {
                Members::At(moment) => {
                    let stay = stays.iter().find(|stay| stay.holds(moment));
                    stay.map_or(ABSENT, |stay| cell(&mut homes, stay.unit))
                }
                Members::Then => {
                    let mut steps: Vec<(u32, u32)> = Vec::with_capacity(stays.len() + 1);
                    for stay in stays {
                        let cell = cell(&mut homes, stay.unit);
                        let from = seconds(stay.from);
                        steps.retain(|(start, _)| *start < from);
                        steps.push((from, cell));
                        if stay.to < Timestamp::MAX {
                            steps.push((seconds(stay.to), ABSENT));
                        }
                    }
                    match steps.as_slice() {
                        [(0, cell)] => *cell,
                        _ => {
                            homes.moved.push(Moved { code, steps });
                            MOVED | (homes.moved.len() as u32 - 1)
                        }
                    }
                }
            };
        }
        homes
    }

    /// Cells by the agents' codes, if nobody moved.
    pub(super) fn fixed(&self) -> Option<&[u32]> {
        self.moved.is_empty().then_some(&self.cell_of)
    }

    /// Writes the cells by the agents' codes so far as nobody moves while the rows of a segment are given. Whether that is
    /// all of them.
    pub(super) fn settle(&self, segment: &Segment, settled: &mut Vec<u32>) -> bool {
        settled.clear();
        settled.extend_from_slice(&self.cell_of);
        let mut all = true;
        for moved in &self.moved {
            let cell = moved.cell(segment.earliest);
            // Away and back within one segment: then it would not show in the cells at both ends.
            let stays =
                moved.steps.iter().all(|(from, _)| *from <= segment.earliest || *from > segment.latest);
            if stays {
                settled[moved.code as usize] = cell;
            }
            all &= stays;
        }
        all
    }

    /// The cell of an agent at a moment, by what is settled.
    #[inline]
    pub(super) fn cell(&self, settled: &[u32], code: u32, at: u32) -> u32 {
        let cell = settled[code as usize];
        if cell & MOVED == 0 { cell } else { self.moved[(cell & !MOVED) as usize].cell(at) }
    }

    /// Gives each cell another number.
    pub(super) fn renumber(&mut self, to: impl Fn(u32) -> u32) {
        let moved = self.moved.iter_mut().flat_map(|moved| &mut moved.steps).map(|(_, cell)| cell);
        let fixed = self.cell_of.iter_mut().filter(|cell| **cell & MOVED == 0);
        fixed.chain(moved).for_each(|cell| *cell = to(*cell));
    }
}
