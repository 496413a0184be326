//! Questions answered: counts by group and part of time, medians, and rows.

use std::sync::Arc;

use jiff::Timestamp;

use super::Facts;
use super::ask::{Ask, BadQuery, Counted, Medians, Part, Query, Rest, Table};
use super::axis::Axis;
use super::beforehand::Beforehand;
use super::columns::Columns;
use super::count::{Margin, Selection, Slots, span};
use super::groups::{Groups, apart};
use super::labels::Key;
use super::line::Line;
use super::names::{Clock, Names};
use super::segment::{Segment, seconds};
use super::test::{Context, Test};
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Dimension, Key as Name, Space, Value};

/// Cells that are counted at once, for groups and parts of time together: 64 MB on each thread.
const MOST_CELLS: usize = 1 << 20;

/// Cells above which the groups that are empty are found first, so that counting takes no memory for them: 8 MB on each
/// thread.
const MANY_CELLS: usize = 1 << 17;

impl Facts {
    /// Counts. All of it is of one moment: where nobody is in several groups, the groups add up to the whole.
    ///
    /// Groups come in the order of the first of `by`, then the second, and so on: things that have an order, such as months, in
    /// theirs; others by how many rows there are, most first; what has no value, and then the rest, last.
    ///
    /// # Errors
    /// When a name is not known, or there are too many groups.
    pub fn count(&self, ask: &Ask, organisation: &Organisation) -> Result<Counted, BadQuery> {
        let Prepared { selection, mut axes, every, slots } = self.prepare(ask, organisation)?;
        let parts = every.as_ref().map(parts).unwrap_or_default();
        let every = every.map(Axis::of_parts);
        let cells = |axes: &[Axis]| {
            let all = axes.iter().chain(&every).map(|axis| axis.cells);
            all.fold(1, usize::saturating_mul)
        };
        if ask.top.is_some() || cells(&axes) > MANY_CELLS {
            self.narrow(&mut axes, &selection, &slots, ask)?;
        }
        if cells(&axes) > MOST_CELLS {
            return Err(too_many(ask, cells(&axes), MOST_CELLS.min(ask.most)));
        }
        // Parts go first: a segment's rows lie in one or two of them, and then so do the cells that they count in.
        let mut laid: Vec<Axis> = every.into_iter().chain(axes).collect();
        let counted = selection.count(&mut laid, &slots, &self.pool);
        // The first cell of a line of parts is that of no part, and empty.
        let parted = usize::from(!parts.is_empty());
        let by = &laid[parted..];
        let empty = by.iter().map(|axis| axis.cells).product::<usize>() * parted;
        let groups = Groups::new(&counted[empty..], by);
        if groups.many() > ask.most {
            return Err(too_many(ask, groups.many(), ask.most));
        }
        let names = groups.names(&self.read().columns);
        let (total, groups) = groups.in_order(&names);
        Ok(Counted { parts, total, groups })
    }

    /// The median of the seconds that completing took: of all that matched, and of each group.
    ///
    /// # Errors
    /// As [`Facts::count`].
    pub fn medians(&self, ask: &Ask, organisation: &Organisation) -> Result<Medians, BadQuery> {
        let Prepared { selection, mut axes, slots, .. } = self.prepare(ask, organisation)?;
        let total = selection.medians(&mut [], &self.pool)[0];
        // Nobody is in several groups of these, or it is not told.
        if axes.is_empty() || axes.iter().any(Axis::is_spread) {
            return Ok(Medians { total, groups: Vec::new() });
        }
        let cells = |axes: &[Axis]| axes.iter().map(|axis| axis.cells).fold(1, usize::saturating_mul);
        if cells(&axes) > MANY_CELLS {
            // Of every group that has rows: which are the largest is for whoever counts them.
            let all = Ask { top: None, most: usize::MAX, ..ask.clone() };
            self.narrow(&mut axes, &selection, &slots, &all)?;
        }
        if cells(&axes) > MOST_CELLS {
            return Err(too_many(ask, cells(&axes), MOST_CELLS.min(ask.most)));
        }
        let medians = selection.medians(&mut axes, &self.pool);
        let inner = self.read();
        let keys = medians.into_iter().enumerate().filter_map(|(cell, median)| {
            let median = median?;
            let mut key = vec![Key::Absent; axes.len()];
            apart(cell, axes.iter().map(|axis| axis.cells), |axis, group| {
                key[axis] = axes[axis].key(group, &inner.columns);
            });
            Some((key, median))
        });
        Ok(Medians { total, groups: keys.collect() })
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

    /// Keeps of each axis the groups that have rows: all of them, or as many of the largest as are asked for.
    fn narrow(
        &self,
        axes: &mut [Axis],
        selection: &Selection,
        slots: &Slots,
        ask: &Ask,
    ) -> Result<(), BadQuery> {
        for (axis, dimension) in axes.iter_mut().zip(&ask.by) {
            let margins = selection.margins(axis, slots, &self.pool);
            keep_largest(axis, &margins, ask, dimension, &self.read().columns)?;
        }
        Ok(())
    }

    fn prepare(&self, ask: &Ask, organisation: &Organisation) -> Result<Prepared, BadQuery> {
        let Query { survey, period, updated_since, condition, zone, members, sees } = &ask.query;
        let segments = self.segments(ask.table);
        let data = span(&segments);
        let period = period.from.map_or(0, seconds)..period.to.map_or(u32::MAX, seconds);
        // What is cut along the calendar: where there are rows. The trend of a period is that of all of it.
        let start = data.start.max(period.start);
        let span = start..data.end.min(period.end).max(start.saturating_add(1));
        let whole = if period.start == 0 { span.start } else { period.start };
        let whole = whole..if period.end == u32::MAX { span.end } else { period.end };
        let line = |calendar| Line::new(Clock::Part(calendar), whole.clone(), zone, ask.most);
        let every = ask.every.map(line).transpose()?;
        let beforehand = Beforehand::new(ask, organisation, &span, zone)?;
        // There may be more values by now than any of these rows has, but none fewer.
        let inner = self.read();
        let names = Names { columns: &inner.columns, organisation };
        let context = Context { names, beforehand: &beforehand, members: *members };
        let mut tests = vec![context.seen(sees)];
        if let Some(survey) = survey {
            let key = Name { space: Space::Any, name: "survey".into() };
            tests.push(context.test(&Condition::Is(key, vec![Value::Text(survey.clone())]))?);
        }
        tests.push(context.test(condition)?);
        tests.extend(updated_since.map(|since| Test::Updated(seconds(since))));
        let axes = ask.by.iter().map(|dimension| Axis::new(dimension, &context)).collect::<Result<_, _>>()?;
        let slots = Slots::new(&ask.measure, &context.names)?;
        Ok(Prepared { selection: Selection { segments, period, test: Test::All(tests) }, axes, every, slots })
    }

    fn segments(&self, table: Table) -> Vec<Arc<Segment>> {
        let inner = self.read();
        match table {
            Table::Responses => inner.responses.segments.clone(),
            Table::Invitations => inner.invitations.segments.clone(),
        }
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
    columns: &Columns,
) -> Result<(), BadQuery> {
    let mut groups: Vec<usize> = (1..margins.len()).filter(|group| margins[*group].rows > 0).collect();
    match ask.top {
        Some(top) if groups.len() > top.groups => {
            // Codes are given in the order in which values come up, which may be another after a start.
            let by_name = |a: usize, b: usize| axis.key(a, columns).cmp(&axis.key(b, columns));
            groups.sort_by(|a, b| larger(margins, top.rest, *a, *b).then_with(|| by_name(*a, *b)));
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
    let by_number = margins[b].n.cmp(&margins[a].n);
    match order {
        Rest::ByNumber => by_number,
        Rest::ByImpact => {
            let of_all = (sum(|m| m.promoters) - sum(|m| m.detractors)) / sum(|m| m.n);
            let impact = |group: usize| {
                let Margin { n, promoters, detractors, .. } = margins[group];
                (f64::from(promoters) - f64::from(detractors) - f64::from(n) * of_all).abs()
            };
            // One without any score has no impact either: it comes after those that have.
            impact(b).total_cmp(&impact(a)).then(by_number)
        }
    }
}
