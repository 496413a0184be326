//! A trend of many series, or of long ones: a small plot for each, all on the same axes, the others behind it to compare with.

use super::axis::Axis;
use super::canvas::{Canvas, PLAIN, SMALL, Shape};
use super::labels::told;
use super::measure::count;
use super::palette::{Ink, SERIES};
use super::plot::{Look, Plot, values};
use super::trend::{Series, Trend};
use super::{MARGIN, WIDTH, text};

/// How much is above each plot, and below it.
const ABOVE: f64 = 44.0;
const BELOW: f64 = 20.0;

/// The room of the numbers at the left, and between neighbours.
const NUMBERS: f64 = 34.0;
const GAP: f64 = 18.0;

/// What the others look like.
const OTHER: Look = Look { ink: Ink::Grid, shape: Shape::Circle, size: 1.0, shift: 0.0 };

/// Draws them; returns where they end.
pub(super) fn draw(canvas: &mut Canvas, trend: &Trend, top: f64) -> f64 {
    let few = trend.series.len() <= SERIES;
    let (columns, height) = match trend.series.len() {
        _ if few => (1, 104.0),
        ..=9 => (3, 84.0),
        _ => (4, 84.0),
    };
    let axis = Axis::around(values(trend), &trend.measure, 3.0);
    let mut what = vec![trend.measure.name.clone()];
    what.extend(trend.target.map(|target| format!("dashed: the target of {}", trend.measure.show(target))));
    what.extend((trend.series.len() > 1).then(|| "thin: the others".to_owned()));
    let what = text::fit(&what.join("; "), SMALL.size, false, WIDTH - 2.0 * MARGIN);
    canvas.text(MARGIN, top + 10.0, &what, SMALL);
    let width = (WIDTH - 2.0 * MARGIN - NUMBERS - GAP * (columns - 1) as f64) / columns as f64;
    let mut end = top;
    for (place, series) in trend.series.iter().enumerate() {
        let (row, column) = (place / columns, place % columns);
        let left = MARGIN + NUMBERS + column as f64 * (width + GAP);
        let top = top + 14.0 + row as f64 * (ABOVE + height + BELOW) + ABOVE;
        let (right, bottom, places) = (left + width, top + height, trend.labels.len());
        let plot = Plot { left, right, top, bottom, axis: axis.clone(), places };
        let look = Look { size: 3.0, ..Look::of(if few { place } else { 0 }) };
        one(canvas, trend, series, &plot, look);
        if column == 0 {
            plot.numbers(canvas);
        }
        // The last plot of each column tells when.
        if place + columns >= trend.series.len() {
            end = if few { plot.labels(canvas, trend) } else { write_when(canvas, trend, &plot) };
        }
    }
    end
}

fn one(canvas: &mut Canvas, trend: &Trend, series: &Series, plot: &Plot, look: Look) {
    plot.grid(canvas);
    for other in trend.series.iter().filter(|other| !std::ptr::eq(*other, series)) {
        plot.lines(canvas, other, OTHER, 1.0);
    }
    plot.intervals(canvas, series, look, false);
    plot.target(canvas, trend.target);
    plot.lines(canvas, series, look, 2.0);
    plot.marks(canvas, trend, series, look);

    canvas.text(
        plot.left,
        plot.top - 25.0,
        &text::fit(&series.name, PLAIN.size, false, plot.right - plot.left),
        PLAIN,
    );
    let y = plot.top - 9.0;
    let n = format!("n {}", count(series.points.iter().map(|point| point.n).sum()));
    canvas.text(plot.left, y, &n, SMALL);
    let last = series.points.iter().rev().find(|point| point.value.is_some());
    let Some(value) = last.and_then(|point| point.value) else {
        return;
    };
    let between = last.and_then(|point| point.interval).map(|interval| trend.measure.between(interval));
    let mut right = plot.right;
    if let Some(between) = between {
        canvas.text(right, y, &between, SMALL.end());
        right -= text::width(&between, SMALL.size, false) + 7.0;
    }
    canvas.text(right, y, &trend.measure.show(value), PLAIN.bold().end());
}

fn write_when(canvas: &mut Canvas, trend: &Trend, plot: &Plot) -> f64 {
    let y = plot.bottom + 16.0;
    let (Some(first), Some(last)) = (trend.labels.first(), trend.labels.last()) else {
        return plot.bottom;
    };
    let half = (plot.right - plot.left) / 2.0 - 4.0;
    canvas.text(plot.left, y, &text::fit(&told(first), SMALL.size, false, half), SMALL);
    if trend.labels.len() > 1 {
        canvas.text(plot.right, y, &text::fit(&told(last), SMALL.size, false, half), SMALL.end());
    }
    y
}
