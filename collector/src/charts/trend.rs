//! A trend: lines over time, each with the band of its interval.

use super::canvas::{Canvas, PLAIN};
use super::labels::told;
use super::measure::count;
use super::palette::Ink;
use super::{Measure, Theme, WIDTH, panels, together};

/// A trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// What it is of.
    pub title: String,
    /// Survey, period, filters.
    pub subtitle: String,
    /// What is measured.
    pub measure: Measure,
    /// The periods, oldest first: `2026-01`, `2026-W05`, `2026-Q1`, `2026-01-31`, or anything else.
    pub labels: Vec<String>,
    /// A line each.
    pub series: Vec<Series>,
    /// The value that is aimed at.
    pub target: Option<f64>,
}

/// A line of a trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is of: `North`.
    pub name: String,
    /// A point for each label.
    pub points: Vec<Point>,
}

/// One period of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// How many responses.
    pub n: u64,
    /// Their value; absent where there is none or it is withheld.
    pub value: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
}

/// The most series that are drawn.
const MOST: usize = 24;

/// Draws a trend. Up to four series are in one plot, if they have room; more are in plots of their own, and of more than 24 the
/// first 24.
pub fn trend(trend: &Trend, theme: Theme) -> String {
    let left_out = trend.series.len().saturating_sub(MOST);
    let trend = sound(trend);
    let mut canvas = Canvas::new(theme);
    let top = canvas.head(&trend.title, &trend.subtitle);
    let words = tell(&trend);
    let has_values = trend.series.iter().flat_map(|series| &series.points).any(|point| point.value.is_some());
    let mut end = if !has_values {
        let sentence =
            nothing(trend.series.iter().flat_map(|series| &series.points).map(|point| point.n).sum());
        canvas.text(WIDTH / 2.0, top + 60.0, sentence, PLAIN.inked(Ink::Quiet).middle());
        top + 120.0
    } else if together::has_room(&trend) {
        together::draw(&mut canvas, &trend, top)
    } else {
        panels::draw(&mut canvas, &trend, top)
    };
    let note = note(&trend, left_out);
    if has_values && !note.is_empty() {
        end = canvas.note(end + 26.0, &note) - 17.0;
    }
    canvas.finish(end + 18.0, &trend.title, &words)
}

/// What is said in place of a picture of nothing.
pub(super) fn nothing(n: u64) -> &'static str {
    if n == 0 { "No responses." } else { "Too few responses to show." }
}

/// The same with values that can be drawn, and a point for each label.
fn sound(trend: &Trend) -> Trend {
    let mut sound = trend.clone();
    sound.series.truncate(MOST);
    sound.target = trend.measure.sound(trend.target);
    for series in &mut sound.series {
        series.points.resize(trend.labels.len(), Point::default());
        for point in &mut series.points {
            point.value = trend.measure.sound(point.value);
            point.interval = trend.measure.sound_interval(point.interval).filter(|_| point.value.is_some());
        }
    }
    sound
}

/// What the picture does not say by itself.
fn note(trend: &Trend, left_out: usize) -> String {
    let points = || trend.series.iter().flat_map(|series| &series.points);
    let mut note = Vec::new();
    let neighbours = |series: &Series| {
        series.points.windows(2).any(|pair| pair.iter().all(|point| point.interval.is_some()))
    };
    let bars = trend.series.len() > 1 && together::has_room(trend) || !trend.series.iter().any(neighbours);
    if points().any(|point| point.interval.is_some()) {
        let drawn = if bars { "Bars with ends" } else { "Shaded" };
        note.push(format!("{drawn}: the 95 % interval."));
    }
    if points().any(|point| point.value.is_none() && point.n > 0) {
        note.push("Gaps: too few responses to show.".to_owned());
    }
    if left_out > 0 {
        note.push(format!("{left_out} more are not drawn."));
    }
    note.join(" ")
}

pub(super) fn prefix(trend: &Trend, series: &Series) -> String {
    if trend.series.len() > 1 { format!("{}, ", series.name) } else { String::new() }
}

pub(super) fn said(trend: &Trend, point: &Point) -> String {
    let value = point.value.map(|value| trend.measure.tell(value, point.interval));
    format!("{}, n {}", value.as_deref().unwrap_or("not shown"), count(point.n))
}

/// The trend in words: every point of the first few, or the first, last, lowest and highest of each series.
fn tell(trend: &Trend) -> String {
    let mut told_of = vec![format!("{}. {}.", trend.subtitle, trend.measure.name)];
    let every = trend.series.len() * trend.labels.len() <= 60;
    for series in &trend.series {
        let known: Vec<usize> =
            (0..series.points.len()).filter(|place| series.points[*place].n > 0).collect();
        let value = |place: &&usize| series.points[**place].value;
        let valued: Vec<&usize> = known.iter().filter(|place| value(place).is_some()).collect();
        let by_value = |a: &&&usize, b: &&&usize| value(a).unwrap_or(0.0).total_cmp(&value(b).unwrap_or(0.0));
        let mut places: Vec<usize> = if every {
            known.clone()
        } else {
            let (lowest, highest) = (valued.iter().min_by(by_value), valued.iter().max_by(by_value));
            [valued.first(), valued.last(), lowest, highest]
                .into_iter()
                .flatten()
                .map(|place| **place)
                .collect()
        };
        places.sort_unstable();
        places.dedup();
        let points = places
            .iter()
            .map(|place| format!("{} {}", told(&trend.labels[*place]), said(trend, &series.points[*place])));
        let points: Vec<String> = points.collect();
        let points = if points.is_empty() { "no responses".to_owned() } else { points.join("; ") };
        let name = if trend.series.len() > 1 { format!("{}: ", series.name) } else { String::new() };
        told_of.push(format!("{name}{points}."));
    }
    if let Some(target) = trend.target {
        told_of.push(format!("Target: {}.", trend.measure.show(target)));
    }
    told_of.join(" ")
}
