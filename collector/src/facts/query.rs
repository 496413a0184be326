//! Questions answered: counts by group and part of time, medians, and rows.

use jiff::Timestamp;

use super::ask::{Ask, BadQuery, Counted, Counts, Group, Part, Query, Rest, Table};
use super::axis::{Axis, Key};
use super::count::{Margin, Selection, Slots, span};
use super::line::Line;
use super::names::{Clock, Names};
use super::segment::seconds;
use super::test::{Context, Test};
use super::{Facts, Inner};
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Dimension, Key as Name, Space, Value};

/// Cells that are counted at once, for groups and parts of time together: 64 MB on each thread.
const MOST_CELLS: usize = 1 << 20;

/// Groups of one axis above which those that are empty are found first, so that counting takes no memory for them.
const MANY_GROUPS: usize = 1 << 10;

impl Facts {
    /// Counts. All of it is of one moment: where nobody is in several groups, the groups add up to the whole.
    ///
    /// Groups come in the order of the first of `by`, then the second, and so on: things that have an order, such as months, in
    /// theirs; others by how many rows there are, most first; what has no value, and then the rest, last.
    ///
    /// # Errors
    /// When a name is not known, or there are too many groups.
    pub fn count(&self, ask: &Ask, organisation: &Organisation) -> Result<Counted, BadQuery> {
        let prepared = self.prepare(ask, organisation)?;
        let Prepared { selection, mut axes, every, slots } = prepared;
        let mut margins: Vec<Option<Vec<Margin>>> = Vec::new();
        for axis in &mut axes {
            let wanted = ask.top.is_some() || axis.groups() > MANY_GROUPS;
            margins.push(wanted.then(|| selection.margins(axis, &slots, &self.pool)));
        }
        for ((axis, margins), dimension) in axes.iter_mut().zip(&margins).zip(&ask.by) {
            if let Some(margins) = margins {
                keep_largest(axis, margins, ask, dimension)?;
            }
        }
        let parts = every.as_ref().map(parts).unwrap_or_default();
        axes.extend(every.map(Axis::of_parts));
        let cells = axes.iter().map(|axis| axis.cells).try_fold(1usize, usize::checked_mul);
        if cells.is_none_or(|cells| cells > MOST_CELLS) {
            let groups = axes.iter().map(|axis| axis.cells).fold(1, usize::saturating_mul);
            return Err(too_many(ask, groups, MOST_CELLS.min(ask.most)));
        }
        let counted = selection.count(&axes, &slots, &self.pool);
        let by = &axes[..ask.by.len()];
        let (total, groups) = fold(&counted, by, parts.len());
        if groups.len() > ask.most {
            return Err(too_many(ask, groups.len(), ask.most));
        }
        let inner = self.read();
        let groups = in_order(groups, by, &inner);
        Ok(Counted { parts, total, groups })
    }

    /// The median of the seconds that completing took: of all that matched, and of each group.
    ///
    /// # Errors
    /// As [`Facts::count`].
    pub fn medians(
        &self,
        ask: &Ask,
        organisation: &Organisation,
    ) -> Result<(Option<f64>, Vec<(Vec<Key>, f64)>), BadQuery> {
        let Prepared { selection, axes, .. } = self.prepare(ask, organisation)?;
        let total = selection.medians(&[], &self.pool)[0];
        // Nobody is in several groups of these, or it is not told.
        if axes.is_empty() || axes.iter().any(Axis::is_spread) {
            return Ok((total, Vec::new()));
        }
        let cells: usize = axes.iter().map(|axis| axis.cells).product();
        if cells > MOST_CELLS {
            return Err(too_many(ask, cells, ask.most));
        }
        let medians = selection.medians(&axes, &self.pool);
        let inner = self.read();
        let keys = medians.into_iter().enumerate().filter_map(|(cell, median)| {
            let groups = apart(cell, &axes);
            let key = |(axis, group): (&Axis, &usize)| axis.key(*group, &inner.columns);
            Some((axes.iter().zip(&groups).map(key).collect(), median?))
        });
        Ok((total, keys.collect()))
    }

    /// The rows that match, scored or not, from row `from` on, at most `limit` of them.
    ///
    /// # Errors
    /// When a condition names something that is not known.
    pub fn find(
        &self,
        query: &Query,
        from: u64,
        limit: usize,
        organisation: &Organisation,
    ) -> Result<Vec<u64>, BadQuery> {
        let ask = Ask { query: query.clone(), most: usize::MAX, ..Ask::default() };
        Ok(self.prepare(&ask, organisation)?.selection.rows(from, limit))
    }

    fn prepare(&self, ask: &Ask, organisation: &Organisation) -> Result<Prepared, BadQuery> {
        let inner = self.read();
        let Query { survey, period, updated_since, condition, zone, members } = &ask.query;
        let segments = match ask.table {
            Table::Responses => inner.responses.segments.clone(),
            Table::Invitations => inner.invitations.segments.clone(),
        };
        let data = span(&segments);
        let period = period.from.map_or(0, seconds)..period.to.map_or(u32::MAX, seconds);
        // What is cut along the calendar: where there are rows. The trend of a period is that of all of it.
        let start = data.start.max(period.start);
        let span = start..data.end.min(period.end).max(start.saturating_add(1));
        let whole = if period.start == 0 { span.start } else { period.start };
        let whole = whole..if period.end == u32::MAX { span.end } else { period.end };
        let names = Names { columns: &inner.columns, organisation, zone };
        let context = Context { names, members: *members, span, most: ask.most };
        let mut tests = Vec::new();
        if let Some(survey) = survey {
            let key = Name { space: Space::Any, name: "survey".into() };
            tests.push(context.test(&Condition::Is(key, vec![Value::Text(survey.clone())]))?);
        }
        tests.push(context.test(condition)?);
        tests.extend(updated_since.map(|since| Test::Updated(seconds(since))));
        let axes = ask.by.iter().map(|dimension| Axis::new(dimension, &context)).collect::<Result<_, _>>()?;
        let line = |calendar| Line::new(Clock::Part(calendar), whole.clone(), zone, ask.most);
        let every = ask.every.map(line).transpose()?;
        let slots = Slots::new(&ask.measure, &context.names)?;
        Ok(Prepared { selection: Selection { segments, period, test: Test::All(tests) }, axes, every, slots })
    }
}

/// A question with everything looked up.
struct Prepared {
    selection: Selection,
    axes: Vec<Axis>,
    every: Option<Line>,
    slots: Slots,
}

fn parts(line: &Line) -> Vec<Part> {
    let moment = |second: u32| Timestamp::from_second(second.into()).unwrap_or_default();
    let parts = line.labels().iter().zip(line.parts());
    parts
        .map(|(label, part)| Part {
            label: label.to_string(),
            from: moment(part.start),
            to: moment(part.end),
        })
        .collect()
}

fn too_many(ask: &Ask, groups: usize, most: usize) -> BadQuery {
    let mut by: Vec<String> = ask.by.iter().map(|dimension| format!("{:?}", dimension.to_string())).collect();
    by.extend(ask.every.map(|calendar| calendar.as_str().to_owned()));
    BadQuery::TooManyGroups { by: by.join(" and "), groups, most }
}

/// Keeps the groups that have rows: all of them, or as many of the largest as are asked for.
fn keep_largest(
    axis: &mut Axis,
    margins: &[Margin],
    ask: &Ask,
    dimension: &Dimension,
) -> Result<(), BadQuery> {
    let mut groups: Vec<usize> = (1..margins.len()).filter(|group| margins[*group].rows > 0).collect();
    match ask.top {
        Some(top) if groups.len() > top.groups => {
            groups.sort_by(|a, b| larger(margins, top.rest, *a, *b).then(a.cmp(b)));
            groups.truncate(top.groups);
            groups.sort_unstable();
            axis.keep(&groups, true);
        }
        None if groups.len() > ask.most => {
            let by = format!("{:?}", dimension.to_string());
            return Err(BadQuery::TooManyGroups { by, groups: groups.len(), most: ask.most });
        }
        _ => axis.keep(&groups, false),
    }
    Ok(())
}

fn larger(margins: &[Margin], order: Rest, a: usize, b: usize) -> std::cmp::Ordering {
    let sum = |part: fn(&Margin) -> u32| margins.iter().map(|margin| f64::from(part(margin))).sum::<f64>();
    match order {
        Rest::ByNumber => margins[b].n.cmp(&margins[a].n),
        Rest::ByImpact => {
            let of_all = (sum(|m| m.promoters) - sum(|m| m.detractors)) / sum(|m| m.n);
            let impact = |group: usize| {
                let Margin { n, promoters, detractors, .. } = margins[group];
                (f64::from(promoters) - f64::from(detractors) - f64::from(n) * of_all).abs()
            };
            impact(b).total_cmp(&impact(a))
        }
    }
}

/// The total, by part, and the groups that have rows, by their places on each axis.
type Folded = (Vec<Counts>, Vec<(Vec<usize>, Vec<Counts>)>);

/// Puts cells together to groups.
fn fold(counted: &[Counts], axes: &[Axis], parts: usize) -> Folded {
    // Cell 0 of a line of parts is that of no part, and empty.
    let width = if parts == 0 { 1 } else { parts + 1 };
    let first = width - parts.max(1);
    let mut total = vec![Counts::default(); parts.max(1)];
    let many: usize = axes.iter().map(Axis::groups).product();
    let mut places: Vec<usize> = vec![usize::MAX; many];
    let mut groups: Vec<(Vec<usize>, Vec<Counts>)> = Vec::new();
    for (cell, counts) in counted.chunks(width).enumerate() {
        let counts = &counts[first..];
        if counts.iter().flatten().all(|count| *count == 0) {
            continue;
        }
        add(&mut total, counts);
        if axes.is_empty() {
            continue;
        }
        for group in groups_of(cell, axes) {
            let index = group.iter().zip(axes).fold(0, |index, (group, axis)| index * axis.groups() + group);
            if places[index] == usize::MAX {
                places[index] = groups.len();
                groups.push((group, vec![Counts::default(); parts.max(1)]));
            }
            add(&mut groups[places[index]].1, counts);
        }
    }
    (total, groups)
}

fn add(sum: &mut [Counts], counts: &[Counts]) {
    let pairs = sum.iter_mut().flatten().zip(counts.iter().flatten());
    pairs.for_each(|(sum, count)| *sum += count);
}

/// The cell of each axis.
fn apart(mut cell: usize, axes: &[Axis]) -> Vec<usize> {
    let mut cells: Vec<usize> = axes
        .iter()
        .rev()
        .map(|axis| {
            let one = cell % axis.cells;
            cell /= axis.cells;
            one
        })
        .collect();
    cells.reverse();
    cells
}

/// Every group that the rows of a cell are in.
fn groups_of(cell: usize, axes: &[Axis]) -> Vec<Vec<usize>> {
    let mut groups = vec![Vec::new()];
    for (axis, cell) in axes.iter().zip(apart(cell, axes)) {
        let own: Vec<usize> = match axis.is_spread() {
            true => axis.groups_of(cell).iter().map(|group| *group as usize).collect(),
            false => vec![cell],
        };
        groups = groups
            .iter()
            .flat_map(|before| own.iter().map(move |group| [&before[..], &[*group]].concat()))
            .collect();
    }
    groups
}

/// Names the groups and puts them in order.
fn in_order(groups: Vec<(Vec<usize>, Vec<Counts>)>, axes: &[Axis], inner: &Inner) -> Vec<Group> {
    // How many rows there are of each group of each axis.
    let mut sizes: Vec<Vec<u64>> = axes.iter().map(|axis| vec![0; axis.groups()]).collect();
    for (places, counts) in &groups {
        let n: u64 = counts.iter().flat_map(|counts| &counts[..15]).map(|count| u64::from(*count)).sum();
        places.iter().zip(&mut sizes).for_each(|(place, sizes)| sizes[*place] += n);
    }
    let mut named: Vec<(Vec<_>, Group)> = groups
        .into_iter()
        .map(|(places, counts)| {
            let key: Vec<Key> =
                axes.iter().zip(&places).map(|(axis, place)| axis.key(*place, &inner.columns)).collect();
            let order = key.iter().zip(axes).zip(&places).zip(&sizes).map(|(((key, axis), place), sizes)| {
                let last = match key {
                    Key::Value(_) => 0,
                    Key::Absent => 1,
                    Key::Rest => 2,
                };
                let place_in_order = if axis.ordered { *place as u64 } else { u64::MAX - sizes[*place] };
                (last, place_in_order, key.clone())
            });
            (order.collect(), Group { key, counts })
        })
        .collect();
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    named.into_iter().map(|(_, group)| group).collect()
}
