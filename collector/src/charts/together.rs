//! A trend of a few series in one plot, each named where its line ends.

use super::axis::Axis;
use super::canvas::{Canvas, PLAIN, SMALL, Shape};
use super::measure::count;
use super::palette::{Ink, SERIES};
use super::plot::{Look, Plot, values};
use super::trend::{Series, Trend};
use super::{MARGIN, WIDTH, text};

/// How high the plot is.
const HEIGHT: f64 = 230.0;

/// How far the points of one time are moved apart.
const SHIFT: f64 = 9.0;

/// Whether this has room in one plot: bars of several series stand beside each other at each time.
pub(super) fn has_room(trend: &Trend) -> bool {
    let series = trend.series.len();
    series == 1 || series <= SERIES && (series * trend.labels.len()) as f64 * (SHIFT + 1.0) <= WIDTH - 220.0
}

/// Draws them; returns where they end.
pub(super) fn draw(canvas: &mut Canvas, trend: &Trend, top: f64) -> f64 {
    let series = || trend.series.iter().enumerate();
    let ends: Vec<End> = series().filter_map(|(place, series)| End::of(trend, place, series)).collect();
    let several = trend.series.len() > 1;
    let most = trend.series[0].points.iter().map(|point| point.n).max().unwrap_or(0);
    let most = if several { String::new() } else { format!("up to {}", count(most)) };
    let room = ends.iter().map(End::width).fold(text::width(&most, SMALL.size, false), f64::max);
    let axis = Axis::around(values(trend), &trend.measure, 5.0);
    let top = top + 24.0;
    canvas.text(MARGIN, top - 14.0, &text::fit(&trend.measure.name, SMALL.size, false, 400.0), SMALL);
    let places = trend.labels.len();
    let right = WIDTH - MARGIN - room - 14.0;
    let plot = Plot { left: MARGIN + 34.0, right, top, bottom: top + HEIGHT, axis, places };
    let middle = (trend.series.len() - 1) as f64 / 2.0;
    let look = |place: usize| Look { shift: (place as f64 - middle) * SHIFT, ..Look::of(place) };
    plot.grid(canvas);
    plot.numbers(canvas);
    series().for_each(|(place, series)| plot.intervals(canvas, series, look(place), several));
    plot.target(canvas, trend.target);
    series().for_each(|(place, series)| plot.lines(canvas, series, look(place), 2.2));
    series().for_each(|(place, series)| plot.marks(canvas, trend, series, look(place)));
    write_target(canvas, trend, &plot);
    if several {
        End::draw(canvas, trend, &plot, ends);
        return plot.labels(canvas, trend);
    }
    let only = &trend.series[0];
    write_values(canvas, trend, &plot, only);
    End::draw(canvas, trend, &plot, ends);
    let bottom = plot.labels(canvas, trend);
    write_counts(canvas, &plot, only, &most, bottom)
}

/// The values of a single series at its points, if they have room; the last one stands behind the line.
fn write_values(canvas: &mut Canvas, trend: &Trend, plot: &Plot, series: &Series) {
    let last = series.points.iter().rposition(|point| point.value.is_some());
    if plot.apart() < 32.0 {
        return;
    }
    for (place, point) in series.points.iter().enumerate() {
        if let Some(value) = point.value.filter(|_| Some(place) != last) {
            let (x, y) = (plot.x(place), plot.y(value));
            let (shown, set) = (trend.measure.show(value), SMALL.inked(Ink::Text));
            let has_value = |place: Option<usize>| {
                place.and_then(|place| series.points.get(place)).is_some_and(|point| point.value.is_some())
            };
            if has_value(place.checked_sub(1)) || has_value(Some(place + 1)) {
                canvas.text_over(x, y - 10.0, &shown, set.middle());
            } else {
                // Its bar stands where the others have their numbers.
                canvas.text_over(x + 9.0, y + 4.0, &shown, set);
            }
        }
    }
}

/// The words of the target, where the fewest lines are: at the left, above its line.
fn write_target(canvas: &mut Canvas, trend: &Trend, plot: &Plot) {
    if let Some(target) = trend.target {
        let words = format!("Target {}", trend.measure.show(target));
        canvas.text_over(plot.left + 4.0, plot.y(target) - 6.0, &words, SMALL.inked(Ink::Text));
    }
}

/// How many responses each point has: as numbers, or as bars where those have no room. Returns where they end.
fn write_counts(canvas: &mut Canvas, plot: &Plot, series: &Series, up_to: &str, top: f64) -> f64 {
    const BAR: f64 = 16.0;

    let counts: Vec<String> = series.points.iter().map(|point| count(point.n)).collect();
    let widest = counts.iter().map(|count| text::width(count, SMALL.size, false)).fold(0.0, f64::max);
    let as_numbers = widest + 6.0 <= plot.apart();
    let y = top + if as_numbers { 22.0 } else { 10.0 + BAR };
    canvas.text(plot.left - 8.0, y, "n", SMALL.end());
    if as_numbers {
        for (place, count) in counts.iter().enumerate() {
            canvas.text(plot.x(place), y, count, SMALL.middle());
        }
        return y;
    }
    let most = series.points.iter().map(|point| point.n).max().unwrap_or(0).max(1);
    let width = (plot.apart() * 0.6).clamp(1.0, 14.0);
    for (place, point) in series.points.iter().enumerate().filter(|(_, point)| point.n > 0) {
        let height = (point.n as f64 / most as f64 * BAR).max(1.0);
        canvas.rect((plot.x(place) - width / 2.0, y - height), (width, height), Ink::Axis, 0.0);
    }
    canvas.text(plot.right + 12.0, y, up_to, SMALL);
    y
}

/// What stands behind the end of a line.
struct End {
    series: usize,
    /// Where the line ends: place and value.
    at: (usize, f64),
    name: String,
    value: String,
    more: String,
}

impl End {
    const LINE: f64 = 16.0;

    fn of(trend: &Trend, place: usize, series: &Series) -> Option<Self> {
        let last = series.points.iter().rposition(|point| point.value.is_some())?;
        let point = series.points[last];
        let at = (last, point.value?);
        let value = trend.measure.show(at.1);
        if trend.series.len() == 1 {
            let more = point.interval.map(|interval| trend.measure.between(interval)).unwrap_or_default();
            return Some(Self { series: place, at, name: String::new(), value, more });
        }
        let n: u64 = series.points.iter().map(|point| point.n).sum();
        let name = text::fit(&series.name, PLAIN.size, false, 130.0);
        Some(Self { series: place, at, name, value, more: format!("n {}", count(n)) })
    }

    fn width(&self) -> f64 {
        let value = text::width(&self.value, PLAIN.size, true);
        let more = text::width(&self.more, SMALL.size, false);
        if self.name.is_empty() {
            value.max(more)
        } else {
            (text::width(&self.name, PLAIN.size, false) + 14.0).max(14.0 + value + 8.0 + more)
        }
    }

    /// Draws them below each other, each as near to the end of its line as it can be.
    fn draw(canvas: &mut Canvas, trend: &Trend, plot: &Plot, mut ends: Vec<Self>) {
        ends.sort_by(|a, b| b.at.1.total_cmp(&a.at.1));
        let block = 2.0 * Self::LINE + 6.0;
        let wanted: Vec<f64> = ends.iter().map(|end| plot.y(end.at.1)).collect();
        for (end, y) in ends.iter().zip(spread(&wanted, block, plot.top + 6.0, plot.bottom - 6.0)) {
            let x = plot.right + 12.0;
            let shift = if trend.series.len() > 1 { 1.5 * SHIFT } else { 0.0 };
            let from = (plot.x(end.at.0) + shift + 6.0, plot.y(end.at.1));
            if trend.series.len() > 1 || plot.right - from.0 > 30.0 {
                let led = if from.0 < plot.right {
                    vec![from, (plot.right + 2.0, from.1), (x - 2.0, y)]
                } else {
                    vec![from, (x - 2.0, y)]
                };
                canvas.path(&led, Ink::Series(end.series), 0.8);
            }
            if end.name.is_empty() {
                canvas.text(x, y + 5.0, &end.value, PLAIN.sized(16.0).bold());
                canvas.text(x, y + 5.0 + Self::LINE, &end.more, SMALL);
                continue;
            }
            let (ink, shape) = (Ink::Series(end.series), Shape::of(end.series));
            canvas.mark((x + 5.0, y - 4.0), shape, 4.0, ink, false, &trend.series[end.series].name);
            canvas.text(x + 14.0, y, &end.name, PLAIN);
            canvas.text(x + 14.0, y + Self::LINE, &end.value, PLAIN.bold());
            let behind = x + 14.0 + text::width(&end.value, PLAIN.size, true) + 8.0;
            canvas.text(behind, y + Self::LINE, &end.more, SMALL);
        }
    }
}

/// Places `apart` from each other, as near to the wanted ones as they can be; those are in order.
fn spread(wanted: &[f64], apart: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::new();
    for &want in wanted {
        let least = places.last().map_or(top, |before| before + apart);
        places.push(want.max(least));
    }
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - apart;
    }
    places
}
