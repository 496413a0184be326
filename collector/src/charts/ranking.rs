//! A ranking: agents or units below each other, each with its interval, and ties shown as ties.

use super::axis::Axis;
use super::canvas::{Canvas, PLAIN, SMALL, Shape};
use super::measure::{count, number};
use super::palette::Ink;
use super::trend::nothing;
use super::{MARGIN, Measure, Theme, WIDTH, text};

/// A ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// What it is of.
    pub title: String,
    /// Survey, period, filters.
    pub subtitle: String,
    /// What is measured.
    pub measure: Measure,
    /// The best first. Those that are withheld are drawn below the others, wherever they stand.
    pub rows: Vec<Row>,
    /// The value that is aimed at.
    pub target: Option<f64>,
}

/// One of those that are ranked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The rank, with those it shares it with: `1`, `2–4`.
    pub rank: String,
    /// For people.
    pub name: String,
    /// How many responses.
    pub n: u64,
    /// Their value.
    pub value: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// Whether there are too few responses to show or rank.
    pub withheld: bool,
}

/// The most rows that are drawn.
const MOST: usize = 60;

/// From how many rows on they are drawn nearer to each other.
const MANY: usize = 30;

/// Where things stand from left to right: the end of the ranks, the names, the plot, the end of the values and that of n.
const RANK: f64 = MARGIN + 44.0;
const NAME: f64 = RANK + 14.0;
const PLOT: (f64, f64) = (276.0, 584.0);
const VALUE: f64 = 640.0;
const N: f64 = WIDTH - MARGIN - 4.0;

/// Draws a ranking; of more than 60 rows the first 60.
pub fn ranking(ranking: &Ranking, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    let top = canvas.head(&ranking.title, &ranking.subtitle);
    let shown = |row: &&Row| !row.withheld && ranking.measure.sound(row.value).is_some();
    let (ranked, withheld): (Vec<&Row>, Vec<&Row>) = ranking.rows.iter().partition(shown);
    let words = tell(ranking, &ranked, &withheld);
    if ranked.is_empty() {
        let n = withheld.iter().map(|row| row.n).sum();
        canvas.text(WIDTH / 2.0, top + 60.0, nothing(n), PLAIN.inked(Ink::Quiet).middle());
        return canvas.finish(top + 120.0, &ranking.title, &words);
    }
    let left_out = ranking.rows.len().saturating_sub(MOST);
    let ranked = &ranked[..ranked.len().min(MOST)];
    let withheld = &withheld[..withheld.len().min(MOST - ranked.len())];
    let height = if ranked.len() + withheld.len() > MANY { 21.0 } else { 26.0 };
    let target = ranking.measure.sound(ranking.target);
    let mut end = draw(&mut canvas, ranking, ranked, target, (top, height));
    if !withheld.is_empty() {
        end = write_withheld(&mut canvas, withheld, (end, height));
    }
    end += 28.0;
    if target.is_some() {
        let standings = [Standing::Above, Standing::Unclear, Standing::Below];
        let marks = standings.map(|standing| {
            let (shape, ink, hollow) = standing.mark();
            (shape, ink, hollow, standing.name())
        });
        end = canvas.legend(end, &marks);
    }
    end = canvas.note(end, &note(ranked, left_out)) - 17.0;
    canvas.finish(end + 18.0, &ranking.title, &words)
}

fn draw(
    canvas: &mut Canvas,
    ranking: &Ranking,
    rows: &[&Row],
    target: Option<f64>,
    (top, height): (f64, f64),
) -> f64 {
    let measure = &ranking.measure;
    let of_row = |row: &&Row| {
        let interval = measure.sound_interval(row.interval);
        measure.sound(row.value).into_iter().chain(interval.into_iter().flatten()).collect::<Vec<_>>()
    };
    let axis = Axis::around(rows.iter().flat_map(of_row).chain(target), measure, 5.0);
    let x = |value: f64| PLOT.0 + axis.place(value) * (PLOT.1 - PLOT.0);
    let first = top + 34.0;
    let bottom = first + rows.len() as f64 * height;

    // Those that share a rank share a band.
    let mut from = first;
    for (place, tied) in rows.chunk_by(|a, b| a.rank == b.rank && !a.rank.is_empty()).enumerate() {
        let size = tied.len() as f64 * height;
        if place % 2 == 0 {
            canvas.rect((MARGIN, from), (WIDTH - 2.0 * MARGIN, size), Ink::Band, 3.0);
        }
        from += size;
    }
    if rows.iter().any(|row| !row.rank.is_empty()) {
        canvas.text(RANK, first - 10.0, "Rank", SMALL.end());
    }
    let name = text::fit(&measure.name, SMALL.size, false, PLOT.0 - NAME - 20.0);
    canvas.text(NAME, first - 10.0, &name, SMALL);
    canvas.text(N, first - 10.0, "n", SMALL.end());
    for &tick in &axis.ticks {
        let (ink, width) = if tick == 0.0 { (Ink::Axis, 1.2) } else { (Ink::Grid, 1.0) };
        canvas.line((x(tick), first - 4.0), (x(tick), bottom), ink, width);
        canvas.text(x(tick), first - 10.0, &number(tick, axis.decimals()), SMALL.middle());
    }
    if let Some(target) = target {
        canvas.dashed((x(target), first - 4.0), (x(target), bottom + 4.0), Ink::Text, 1.4, Some("5 4"));
    }
    for (place, row) in rows.iter().enumerate() {
        let middle = first + (place as f64 + 0.5) * height;
        let line = middle + 4.5;
        canvas.text(RANK, line, &text::fit(&row.rank, PLAIN.size, false, 52.0), PLAIN.end());
        canvas.text(NAME, line, &text::fit(&row.name, PLAIN.size, false, PLOT.0 - NAME - 14.0), PLAIN);
        canvas.text(N, line, &count(row.n), SMALL.end());
        let interval = measure.sound_interval(row.interval);
        let (shape, ink, hollow) = Standing::of(interval, target).mark();
        if let Some([low, high]) = interval {
            canvas.line((x(low), middle), (x(high), middle), ink, 1.4);
            for end in [low, high] {
                canvas.line((x(end), middle - 4.0), (x(end), middle + 4.0), ink, 1.4);
            }
        }
        if let Some(value) = measure.sound(row.value) {
            let tip = format!("{}: {}, n {}", row.name, measure.tell(value, interval), count(row.n));
            canvas.mark((x(value), middle), shape, 4.6, ink, hollow, &tip);
            canvas.text(VALUE, line, &measure.show(value), PLAIN.bold().end());
        }
    }
    if let Some(target) = target {
        let words = format!("Target {}", measure.show(target));
        canvas.text(x(target), bottom + 18.0, &words, SMALL.inked(Ink::Text).middle());
        return bottom + 18.0;
    }
    bottom
}

/// Where a row stands to the target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// There is none.
    Free,
    Above,
    Unclear,
    Below,
}

impl Standing {
    fn of(interval: Option<[f64; 2]>, target: Option<f64>) -> Self {
        match (interval, target) {
            (_, None) => Self::Free,
            (Some([low, _]), Some(target)) if low > target => Self::Above,
            (Some([_, high]), Some(target)) if high < target => Self::Below,
            _ => Self::Unclear,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Free => "",
            Self::Above => "above the target",
            Self::Unclear => "neither is certain",
            Self::Below => "below the target",
        }
    }

    fn mark(self) -> (Shape, Ink, bool) {
        match self {
            Self::Free => (Shape::Circle, Ink::Series(0), false),
            Self::Above => (Shape::Circle, Ink::Promoter, false),
            Self::Unclear => (Shape::Circle, Ink::Axis, true),
            Self::Below => (Shape::Diamond, Ink::Detractor, false),
        }
    }
}

/// Those with too few responses, below the others. Returns where they end.
fn write_withheld(canvas: &mut Canvas, rows: &[&Row], (top, height): (f64, f64)) -> f64 {
    let first = top + 34.0;
    canvas.text(NAME, first - 10.0, "Too few responses to rank", SMALL);
    canvas.line((MARGIN, first - 4.0), (WIDTH - MARGIN, first - 4.0), Ink::Grid, 1.0);
    for (place, row) in rows.iter().enumerate() {
        let line = first + (place as f64 + 0.5) * height + 4.5;
        canvas.text(
            NAME,
            line,
            &text::fit(&row.name, PLAIN.size, false, PLOT.1 - NAME),
            PLAIN.inked(Ink::Quiet),
        );
        canvas.text(N, line, &count(row.n), SMALL.end());
    }
    first + rows.len() as f64 * height
}

fn note(rows: &[&Row], left_out: usize) -> String {
    let mut note = Vec::new();
    if rows.iter().any(|row| row.interval.is_some()) {
        note.push("Bars with ends: the 95 % interval.".to_owned());
    }
    if rows.windows(2).any(|pair| pair[0].rank == pair[1].rank && !pair[0].rank.is_empty()) {
        note.push("Those who share a rank cannot be told apart.".to_owned());
    }
    if left_out > 0 {
        note.push(format!("{left_out} more are not drawn."));
    }
    note.join(" ")
}

fn tell(ranking: &Ranking, ranked: &[&Row], withheld: &[&Row]) -> String {
    let mut told = vec![format!("{}. {}.", ranking.subtitle, ranking.measure.name)];
    for row in ranked.iter().take(MOST) {
        let interval = ranking.measure.sound_interval(row.interval);
        let value = ranking.measure.sound(row.value).map(|value| ranking.measure.tell(value, interval));
        let line = format!("{} {}: {}, n {}.", row.rank, row.name, value.unwrap_or_default(), count(row.n));
        told.push(line.trim_start().to_owned());
    }
    if !withheld.is_empty() {
        let names: Vec<&str> = withheld.iter().take(MOST).map(|row| &*row.name).collect();
        told.push(format!("Too few responses to rank: {}.", names.join(", ")));
    }
    if let Some(target) = ranking.measure.sound(ranking.target) {
        told.push(format!("Target: {}.", ranking.measure.show(target)));
    }
    told.join(" ")
}
