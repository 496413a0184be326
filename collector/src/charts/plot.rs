//! A part of a trend's picture: one axis at its left, time along it, and the series on it.

use std::ops::Range;

use super::axis::Axis;
use super::canvas::{Canvas, SMALL, Shape};
use super::labels::{place, told};
use super::measure::number;
use super::palette::Ink;
use super::trend::{Point, Series, Trend, prefix, said};

/// A part of the picture with an axis at its left.
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) axis: Axis,
    pub(super) places: usize,
}

/// How a series looks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) ink: Ink,
    pub(super) shape: Shape,
    pub(super) size: f64,
    /// How far its points are moved to the side, so that they do not hide those of others.
    pub(super) shift: f64,
}

impl Look {
    /// How one of a few series looks.
    pub(super) fn of(series: usize) -> Self {
        Self { ink: Ink::Series(series), shape: Shape::of(series), size: 4.0, shift: 0.0 }
    }
}

impl Plot {
    /// How far neighbours are apart.
    pub(super) fn apart(&self) -> f64 {
        let room = self.right - self.left;
        if self.places < 2 { room } else { (room - 2.0 * self.edge()) / (self.places - 1) as f64 }
    }

    /// The room before the first place and behind the last.
    fn edge(&self) -> f64 {
        ((self.right - self.left) / (2.0 * self.places.max(1) as f64)).min(20.0)
    }

    pub(super) fn x(&self, place: usize) -> f64 {
        if self.places < 2 {
            return f64::midpoint(self.left, self.right);
        }
        self.left + self.edge() + place as f64 * self.apart()
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.place(value) * (self.bottom - self.top)
    }

    /// Draws the grid.
    pub(super) fn grid(&self, canvas: &mut Canvas) {
        for &tick in &self.axis.ticks {
            let (ink, width) = if tick == 0.0 { (Ink::Axis, 1.2) } else { (Ink::Grid, 1.0) };
            canvas.line((self.left, self.y(tick)), (self.right, self.y(tick)), ink, width);
        }
    }

    /// Writes the numbers of the grid's lines at their left.
    pub(super) fn numbers(&self, canvas: &mut Canvas) {
        let decimals = self.axis.decimals();
        for &tick in &self.axis.ticks {
            canvas.text(self.left - 8.0, self.y(tick) + 4.0, &number(tick, decimals), SMALL.end());
        }
    }

    /// Draws the line of the target.
    pub(super) fn target(&self, canvas: &mut Canvas, target: Option<f64>) {
        if let Some(target) = target {
            let y = self.y(target);
            canvas.dashed((self.left, y), (self.right, y), Ink::Text, 1.4, Some("5 4"));
        }
    }

    /// Draws the intervals of a series as a band, which lies below all lines, or as bars with ends: all of them, where bands
    /// would lie over each other, and those that stand alone.
    pub(super) fn intervals(&self, canvas: &mut Canvas, series: &Series, look: Look, bars: bool) {
        for run in runs(&series.points, |point| point.interval.is_some()) {
            let alone = run.len() == 1;
            let ends =
                run.filter_map(|place| Some((self.x(place) + look.shift, series.points[place].interval?)));
            let ends: Vec<(f64, [f64; 2])> = ends.collect();
            if bars || alone {
                for (x, [low, high]) in ends {
                    let (low, high) = (self.y(low), self.y(high));
                    canvas.line((x, low), (x, high), look.ink, 1.4);
                    for y in [low, high] {
                        canvas.line((x - 3.0, y), (x + 3.0, y), look.ink, 1.4);
                    }
                }
                continue;
            }
            let upper = ends.iter().map(|(x, [_, high])| (*x, self.y(*high)));
            let lower = ends.iter().rev().map(|(x, [low, _])| (*x, self.y(*low)));
            canvas.area(&upper.chain(lower).collect::<Vec<_>>(), look.ink);
        }
    }

    /// Draws the lines of a series, without marks.
    pub(super) fn lines(&self, canvas: &mut Canvas, series: &Series, look: Look, width: f64) {
        for run in runs(&series.points, |point| point.value.is_some()) {
            let points = run.filter_map(|place| Some(self.at(place, look, series.points[place].value?)));
            let points: Vec<(f64, f64)> = points.collect();
            if points.len() > 1 {
                canvas.path(&points, look.ink, width);
            }
        }
    }

    fn at(&self, place: usize, look: Look, value: f64) -> (f64, f64) {
        (self.x(place) + look.shift, self.y(value))
    }

    /// Draws the marks of a series: all where there is room, else those that no line shows and the last.
    pub(super) fn marks(&self, canvas: &mut Canvas, trend: &Trend, series: &Series, look: Look) {
        let last = series.points.iter().rposition(|point| point.value.is_some());
        let crowded = self.apart() < 3.0 * look.size;
        for run in runs(&series.points, |point| point.value.is_some()) {
            let alone = run.len() == 1;
            for place in run.filter(|place| !crowded || alone || Some(*place) == last) {
                let point = &series.points[place];
                let when = told(&trend.labels[place]);
                let tip = format!("{}{when}: {}", prefix(trend, series), said(trend, point));
                if let Some(value) = point.value {
                    canvas.mark(self.at(place, look, value), look.shape, look.size, look.ink, false, &tip);
                }
            }
        }
    }

    /// Writes the labels of the time below. Returns where they end.
    pub(super) fn labels(&self, canvas: &mut Canvas, trend: &Trend) -> f64 {
        let (upper, lower) = place(&trend.labels, self.x(0), self.apart(), SMALL.size);
        for (x, label) in &upper {
            canvas.text(*x, self.bottom + 20.0, label, SMALL.middle());
        }
        for (x, label) in &lower {
            canvas.text(*x, self.bottom + 36.0, label, SMALL.middle());
        }
        self.bottom + if lower.is_empty() { 20.0 } else { 36.0 }
    }
}

/// Every number that must be on the axis.
pub(super) fn values(trend: &Trend) -> impl Iterator<Item = f64> {
    let points = trend.series.iter().flat_map(|series| &series.points);
    let numbers = |point: &Point| point.value.into_iter().chain(point.interval.into_iter().flatten());
    points.flat_map(numbers).chain(trend.target)
}

/// Neighbours for which this holds.
fn runs(points: &[Point], holds: impl Fn(&Point) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (place, _) in points.iter().enumerate().filter(|(_, point)| holds(point)) {
        match runs.last_mut() {
            Some(run) if run.end == place => run.end += 1,
            _ => runs.push(place..place + 1),
        }
    }
    runs
}
