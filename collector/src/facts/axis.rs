//! Which group a row is in, of one thing that is grouped by.

use std::sync::Arc;

use super::ask::BadQuery;
use super::cells::Read;
use super::column::{ABSENT, View};
use super::columns::{AGENT, BETWEEN, Columns};
use super::homes::Homes;
use super::labels::{Key, Labels};
use super::line::Line;
use super::names::{Clock, Found};
use super::segment::Segment;
use super::test::{Context, category};
use crate::domain::query::Dimension;

/// One thing that is grouped by: rows have cells, and cells are in groups. Group 0 is "absent".
pub(super) struct Axis {
    source: Source,
    /// How many cells there are.
    pub(super) cells: usize,
    /// The groups of each cell, where one is in several.
    spread: Option<Vec<Vec<u32>>>,
    labels: Labels,
    /// Whether groups have an order of their own, as months have, and teams have not.
    pub(super) ordered: bool,
}

/// Where a row's cell is read off.
enum Source {
    Codes { column: usize, cell_of: Vec<u32> },
    Homes(Homes),
    Scores(Box<[u32; 256]>),
    Complete([u32; 2]),
    Line { line: Arc<Line>, cell_of: Vec<u32> },
    Nothing,
}

impl Axis {
    pub(super) fn new(dimension: &Dimension, context: &Context<'_>) -> Result<Self, BadQuery> {
        let found = context.names.find(&dimension.key)?;
        if !dimension.bands.is_empty() {
            return Self::of_bands(dimension, &found, context);
        }
        let (source, labels, ordered) = match found {
            Found::Nothing => (Source::Nothing, Labels::Named(Vec::new()), false),
            Found::Column { place, several: true } => return Ok(Self::of_answers(place, context)),
            Found::Column { place, several: false } => {
                let codes = context.names.columns.dictionaries[place].codes() as u32;
                let labels = Labels::Codes { column: place, codes: (1..codes).collect() };
                (Source::Codes { column: place, cell_of: (0..codes).collect() }, labels, false)
            }
            Found::Units(kind) => {
                let agents = &context.names.columns.dictionaries[AGENT];
                let homes = Homes::new(&context.beforehand.stays[&kind], agents, context.members);
                let labels = Labels::Named(homes.units.clone());
                (Source::Homes(homes), labels, false)
            }
            Found::Category => {
                let names = ["promoter", "passive", "detractor"];
                let cell = |score: u8| category(score) as u32 + 1;
                (scores(cell), Labels::Named(names.map(Arc::from).into()), true)
            }
            Found::Score => {
                let names = (0..=10).map(|score: u8| score.to_string().into()).collect();
                (scores(|score| u32::from(score) + 1), Labels::Named(names), true)
            }
            Found::Complete => {
                (Source::Complete([2, 1]), Labels::Named(vec!["yes".into(), "no".into()]), true)
            }
            Found::Clock(clock) => {
                let line = Arc::clone(&context.beforehand.lines[&clock]);
                let labels = Labels::Named(line.labels().to_vec());
                let cell_of = (1..=line.labels().len() as u32).collect();
                (Source::Line { line, cell_of }, labels, true)
            }
        };
        let cells = labels.len() + 1;
        Ok(Self { source, cells, spread: None, labels, ordered })
    }

    /// Every answer is a group; who gave several is in several.
    fn of_answers(column: usize, context: &Context<'_>) -> Self {
        let dictionary = &context.names.columns.dictionaries[column];
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut spread = vec![vec![ABSENT]; dictionary.codes()];
        for (code, value) in dictionary.values() {
            let groups = value.split(BETWEEN).map(|one| {
                let place = names.iter().position(|name| **name == *one).unwrap_or_else(|| {
                    names.push(one.into());
                    names.len() - 1
                });
                place as u32 + 1
            });
            spread[code as usize] = groups.collect();
        }
        let cells = spread.len();
        let simple = spread.iter().all(|groups| groups.len() == 1);
        // Ratings have the order of numbers.
        let number = |name: &Arc<str>| name.parse::<i64>().ok();
        let ordered = !names.is_empty() && names.iter().all(|name| number(name).is_some());
        let mut order: Vec<usize> = (0..names.len()).collect();
        if ordered {
            order.sort_by_key(|place| number(&names[*place]));
        }
        let mut place_of = vec![0; names.len() + 1];
        order.iter().enumerate().for_each(|(to, from)| place_of[from + 1] = to as u32 + 1);
        spread.iter_mut().flatten().for_each(|group| *group = place_of[*group as usize]);
        let labels = Labels::Named(order.iter().map(|place| Arc::clone(&names[*place])).collect());
        if simple {
            let cell_of = spread.iter().map(|groups| groups[0]).collect();
            let cells = labels.len() + 1;
            return Self { source: Source::Codes { column, cell_of }, cells, spread: None, labels, ordered };
        }
        let source = Source::Codes { column, cell_of: (0..cells as u32).collect() };
        Self { source, cells, spread: Some(spread), labels, ordered }
    }

    fn of_bands(dimension: &Dimension, found: &Found, context: &Context<'_>) -> Result<Self, BadQuery> {
        let band = |value: &str| {
            let number = value.trim().parse::<f64>().ok().filter(|number| !number.is_nan());
            number
                .map_or(ABSENT, |number| dimension.bands.partition_point(|bound| *bound <= number) as u32 + 1)
        };
        let source = match found {
            Found::Nothing => Source::Nothing,
            Found::Score => scores(|score| band(&score.to_string())),
            Found::Column { place, .. } => {
                let dictionary = &context.names.columns.dictionaries[*place];
                let mut cell_of = vec![ABSENT; dictionary.codes()];
                dictionary.values().for_each(|(code, value)| cell_of[code as usize] = band(value));
                Source::Codes { column: *place, cell_of }
            }
            Found::Clock(Clock::HourOfDay) => {
                let line = Arc::clone(&context.beforehand.lines[&Clock::HourOfDay]);
                let cell_of = line.labels().iter().map(|label| band(label)).collect();
                Source::Line { line, cell_of }
            }
            _ => return Err(BadQuery::NoBands(dimension.key.to_string())),
        };
        let names = (0..=dimension.bands.len()).map(|place| dimension.band(place).into()).collect();
        let labels = Labels::Named(names);
        Ok(Self { source, cells: labels.len() + 1, spread: None, labels, ordered: true })
    }

    /// The parts of a period, one cell each from 1 on.
    pub(super) fn of_parts(line: Line) -> Self {
        let labels = Labels::Named(line.labels().to_vec());
        let cell_of = (1..=line.labels().len() as u32).collect();
        Self {
            source: Source::Line { line: Arc::new(line), cell_of },
            cells: labels.len() + 1,
            spread: None,
            labels,
            ordered: true,
        }
    }

    /// How many groups there are, "absent" among them.
    pub(super) fn groups(&self) -> usize {
        self.labels.len() + 1
    }

    /// The groups of a cell.
    pub(super) fn groups_of(&self, cell: usize) -> &[u32] {
        const EACH: [u32; 0] = [];
        self.spread.as_ref().map_or(&EACH, |spread| &spread[cell])
    }

    /// Whether a cell can be in several groups.
    pub(super) fn is_spread(&self) -> bool {
        self.spread.is_some()
    }

    /// What a group is called.
    pub(super) fn key(&self, group: usize, columns: &Columns) -> Key {
        let Some(place) = group.checked_sub(1) else { return Key::Absent };
        self.labels.key(place, columns)
    }

    /// Keeps these groups, in this order, and makes one of all others that are marked; the rest is empty and goes.
    pub(super) fn keep(&mut self, kept: &[usize], rest: bool) {
        let mut to = vec![if rest { kept.len() as u32 + 1 } else { ABSENT }; self.groups()];
        to[ABSENT as usize] = ABSENT;
        kept.iter().enumerate().for_each(|(place, group)| to[*group] = place as u32 + 1);
        if let Some(spread) = &mut self.spread {
            for groups in spread {
                groups.iter_mut().for_each(|group| *group = to[*group as usize]);
                groups.sort_unstable();
                groups.dedup();
            }
        } else {
            self.renumber(|cell| to[cell as usize]);
            self.cells = kept.len() + 1 + usize::from(rest);
        }
        let places = kept.iter().map(|group| *group as u32 - 1).collect();
        let labels = std::mem::replace(&mut self.labels, Labels::Named(Vec::new()));
        self.labels = labels.keep(places, rest);
    }

    /// Gives each cell another number.
    fn renumber(&mut self, to: impl Fn(u32) -> u32) {
        match &mut self.source {
            Source::Codes { cell_of, .. } | Source::Line { cell_of, .. } => {
                cell_of.iter_mut().for_each(|cell| *cell = to(*cell));
            }
            Source::Homes(homes) => homes.renumber(to),
            Source::Scores(cells) => cells.iter_mut().for_each(|cell| *cell = to(*cell)),
            Source::Complete(cells) => cells.iter_mut().for_each(|cell| *cell = to(*cell)),
            Source::Nothing => {}
        }
    }

    /// What the cells of a segment's rows are read off. `table` is for what has to be written down.
    pub(super) fn read<'a>(&'a self, segment: &'a Segment, table: &'a mut Vec<u32>) -> Read<'a> {
        match &self.source {
            Source::Nothing => Read::One(ABSENT),
            Source::Codes { column, cell_of } => match segment.column(*column) {
                Some(codes) => Read::Codes(codes.view(), cell_of),
                None => Read::One(cell_of[ABSENT as usize]),
            },
            Source::Homes(homes) => match (segment.column(AGENT), homes.fixed()) {
                (None, _) => Read::One(ABSENT),
                (Some(agents), Some(cell_of)) => Read::Codes(agents.view(), cell_of),
                (Some(agents), None) => match homes.settle(segment, table) {
                    true => Read::Codes(agents.view(), table),
                    false => Read::Homes { agents: agents.view(), settled: table, homes },
                },
            },
            Source::Scores(cell_of) => Read::Codes(View::U8(&segment.scores), &cell_of[..]),
            Source::Complete(cells) => Read::Complete(*cells),
            Source::Line { line, cell_of } => match line.only(segment) {
                Some(label) => Read::One(cell_of[label as usize]),
                None => Read::Line { line, cell_of },
            },
        }
    }
}

/// Gives the cells of each axis numbers that add up to one of their own for each combination; those of the last axis lie side
/// by side. How many combinations there are.
pub(super) fn lay_out(axes: &mut [Axis]) -> usize {
    axes.iter_mut().rev().fold(1, |many, axis| {
        axis.renumber(|cell| cell * many as u32);
        many * axis.cells
    })
}

fn scores(cell: impl Fn(u8) -> u32) -> Source {
    Source::Scores(Box::new(std::array::from_fn(|score| match score as u8 {
        score @ 0..=10 => cell(score),
        _ => ABSENT,
    })))
}
