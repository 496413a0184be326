//! Counts put together to groups, named and in order.

use std::borrow::Cow;

use super::ask::{Counts, Group};
use super::axis::Axis;
use super::columns::Columns;
use super::count::{NOTHING, add};
use super::labels::Key;

/// What was counted: by part of time, and in each part by a group of each axis.
pub(super) struct Groups<'a> {
    axes: &'a [Axis],
    /// The counts of all cells of each part.
    total: Vec<Counts>,
    /// Of each part the counts of each combination of groups; those of the last axis lie side by side.
    counts: Cow<'a, [Counts]>,
    /// By combination.
    sizes: Vec<Size>,
    /// By group of each axis.
    of_axes: Vec<Vec<Size>>,
}

/// How many rows there are, and how many of them count.
#[derive(Clone, Copy, Default)]
struct Size {
    rows: u64,
    n: u64,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.n += other.n;
    }
}

impl<'a> Groups<'a> {
    /// From the counts of each cell of each part.
    pub(super) fn new(counted: &'a [Counts], axes: &'a [Axis]) -> Self {
        let cells = axes.iter().map(|axis| axis.cells).product();
        let many = axes.iter().map(Axis::groups).product();
        let sum = |part: &[Counts]| {
            let mut sum = Counts::default();
            part.iter().for_each(|counts| add(&mut sum, counts));
            sum
        };
        let total = counted.chunks(cells).map(sum).collect();
        let counts = match axes.iter().any(Axis::is_spread) {
            false => Cow::Borrowed(counted),
            true => counted.chunks(cells).flat_map(|part| spread(part, axes, many)).collect(),
        };
        let mut sizes = vec![Size::default(); many];
        for part in counts.chunks(many) {
            for (size, counts) in sizes.iter_mut().zip(part) {
                let n = counts[..NOTHING].iter().sum::<u32>().into();
                size.add(Size { rows: n + u64::from(counts[NOTHING]), n });
            }
        }
        let mut of_axes: Vec<Vec<Size>> =
            axes.iter().map(|axis| vec![Size::default(); axis.groups()]).collect();
        for (place, size) in sizes.iter().enumerate().filter(|(_, size)| size.rows > 0) {
            apart(place, axes.iter().map(Axis::groups), |axis, group| of_axes[axis][group].add(*size));
        }
        Self { axes, total, counts, sizes, of_axes }
    }

    /// How many of them have rows.
    pub(super) fn many(&self) -> usize {
        self.sizes.iter().filter(|size| size.rows > 0).count()
    }

    /// What those of each axis are called that have rows.
    pub(super) fn names(&self, columns: &Columns) -> Vec<Vec<Option<Key>>> {
        let names = |(axis, sizes): (&Axis, &Vec<Size>)| {
            let groups = sizes.iter().enumerate();
            groups.map(|(group, size)| (size.rows > 0).then(|| axis.key(group, columns))).collect()
        };
        self.axes.iter().zip(&self.of_axes).map(names).collect()
    }

    /// The total by part, and the groups that have rows: in the order of the first axis, then the second, and so on. Groups of
    /// an axis that has no order of its own come by how many rows there are, most first; "absent" and the rest are last.
    pub(super) fn in_order(self, names: &[Vec<Option<Key>>]) -> (Vec<Counts>, Vec<Group>) {
        let axes = self.axes.iter().zip(&self.of_axes).zip(names);
        let orders: Vec<_> = axes.map(|((axis, sizes), names)| order(axis, sizes, names)).collect();
        let all = if self.axes.is_empty() { 0 } else { orders.iter().map(Vec::len).product() };
        let many = self.sizes.len();
        let mut places = vec![0; orders.len()];
        let groups = (0..all).filter_map(|place| {
            apart(place, orders.iter().map(Vec::len), |axis, place| places[axis] = place);
            let ordered = || orders.iter().zip(&places).map(|(order, place)| &order[*place]);
            let combination = ordered()
                .zip(self.axes)
                .fold(0, |before, ((.., group), axis)| before * axis.groups() + group);
            (self.sizes[combination].rows > 0).then(|| Group {
                key: ordered().map(|(.., key, _)| (*key).clone()).collect(),
                counts: self.counts.chunks(many).map(|part| part[combination]).collect(),
            })
        });
        let groups = groups.collect();
        (self.total, groups)
    }
}

/// The groups of an axis that have rows, in order.
fn order<'a>(axis: &Axis, sizes: &[Size], names: &'a [Option<Key>]) -> Vec<(u8, u64, &'a Key, usize)> {
    let named = names.iter().enumerate().filter_map(|(group, key)| Some((group, key.as_ref()?)));
    let mut order: Vec<_> = named
        .map(|(group, key)| {
            let last = match key {
                Key::Value(_) => 0,
                Key::Absent => 1,
                Key::Rest => 2,
            };
            let place = if axis.ordered { group as u64 } else { u64::MAX - sizes[group].n };
            (last, place, key, group)
        })
        .collect();
    order.sort_unstable();
    order
}

/// The counts of a part by combination of groups, where a cell may be in several.
fn spread(part: &[Counts], axes: &[Axis], many: usize) -> Vec<Counts> {
    let mut by_group = vec![Counts::default(); many];
    for (cell, counts) in part.iter().enumerate().filter(|(_, counts)| counts.iter().any(|count| *count > 0))
    {
        let mut cells = vec![0; axes.len()];
        apart(cell, axes.iter().map(|axis| axis.cells), |axis, cell| cells[axis] = cell);
        let mut combinations = vec![0];
        for (axis, cell) in axes.iter().zip(cells) {
            let own = [cell as u32];
            let groups = if axis.is_spread() { axis.groups_of(cell) } else { &own };
            let with =
                |before: usize| groups.iter().map(move |group| before * axis.groups() + *group as usize);
            combinations = combinations.into_iter().flat_map(with).collect();
        }
        combinations.into_iter().for_each(|combination| add(&mut by_group[combination], counts));
    }
    by_group
}

/// Calls `visit(axis, place)` for each axis: the place on it of one combination of all that there are, of `many` on each.
pub(super) fn apart(
    mut combination: usize,
    many: impl DoubleEndedIterator<Item = usize> + ExactSizeIterator,
    mut visit: impl FnMut(usize, usize),
) {
    for (axis, many) in many.enumerate().rev() {
        visit(axis, combination % many);
        combination /= many;
    }
}
