//! The last score as an icon: what an agent sees beside the name of the customer who rings in.
//!
//! Category and score are told by shape and number, and by colour besides: a promoter is a disc, a passive a square, a
//! detractor a square on its corner, each full and with the score in it. Who never answered is a ring with a dash, who is
//! not known a hollow square with a question mark. From 32 points on there is room for how old the score is, and for an
//! arrow that tells how it compares with the one before. What is painted has a contrast of 3:1 at least with white and with
//! black, the score in it 4.5:1 with what is around it (WCAG 2.2, 1.4.3 and 1.4.11).
//!
//! Read in this order: `path` and `glyphs` (what is drawn with), this file (what is drawn), `svg` and `png`.

mod glyphs;
mod path;
mod png;
mod svg;

use wire::{Category, Score};

use glyphs::HEIGHT;
use path::{Drawing, Paint, Step, Stroke, ellipse, polygon};

/// The smallest and the largest icon, points.
pub(super) const SIZES: std::ops::RangeInclusive<u32> = 16..=256;

/// From this size on there is room for age and trend.
const ROOMY: u32 = 32;

const PROMOTER: u32 = 0x1a_7f37;
const PASSIVE: u32 = 0x5b_6470;
const DETRACTOR: u32 = 0xc0_262d;
/// Of what stands on the page itself, light or dark.
const BESIDE: u32 = 0x75_7575;
const WHITE: u32 = 0xff_ffff;

/// What an icon tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// A score, its age in seconds and how it compares with the one before, if there was one.
    Score { score: Score, age: i64, trend: Option<std::cmp::Ordering> },
    /// The customer has not answered.
    Never,
    /// There is no such customer.
    Unknown,
}

/// As SVG. `title` is what it says to those who don't see it, in this language.
pub(super) fn svg(shown: Shown, size: u32, title: &str, language: &str) -> String {
    svg::write(&draw(shown, size), size, title, language)
}

/// As PNG; nothing if there is no memory for it.
pub(super) fn png(shown: Shown, size: u32) -> Option<Vec<u8>> {
    png::write(&draw(shown, size), size)
}

fn draw(shown: Shown, size: u32) -> Drawing {
    match shown {
        Shown::Score { score, age, trend } if size >= ROOMY => {
            let mut strokes = badge(shown, [11.0, 10.5], 21.0 / 16.0);
            debug_assert_eq!(strokes.len(), 2, "a shape and {score:?}");
            strokes.extend(trend.map(arrow));
            strokes.push(written(&age_as_text(age), [16.0, 26.9], 1.0, 1.4, BESIDE));
            Drawing { side: 32.0, strokes }
        }
        _ if size >= ROOMY => Drawing { side: 32.0, strokes: badge(shown, [16.0, 16.0], 26.0 / 16.0) },
        _ => Drawing { side: 16.0, strokes: badge(shown, [8.0, 8.0], 1.0) },
    }
}

/// The shape and what stands in it, around this centre. A scale of 1 makes it 16 high.
fn badge(shown: Shown, centre: [f32; 2], scale: f32) -> Vec<Stroke> {
    let placed = |steps: Vec<Step>| steps.into_iter().map(|step| step.placed(centre, scale)).collect();
    let (shape, paint, text, ink) = match shown {
        Shown::Score { score, .. } => {
            let (shape, colour) = shape(score.category());
            (shape, Paint::Fill(colour), score.get().to_string(), WHITE)
        }
        Shown::Never => {
            (ellipse([0.0; 2], [7.0; 2]), Paint::Line(BESIDE, 1.6 * scale), "-".to_owned(), BESIDE)
        }
        Shown::Unknown => (rounded(6.2, 1.5), Paint::Line(BESIDE, 1.6 * scale), "?".to_owned(), BESIDE),
    };
    // The digits of a ten stand closer to the edge than any other.
    let height = if text.len() > 1 { 1.1 } else { 1.25 };
    vec![Stroke { steps: placed(shape), paint }, written(&text, centre, height * scale, 1.6 * scale, ink)]
}

/// A category's shape around the middle, 16 high, and its colour.
fn shape(category: Category) -> (Vec<Step>, u32) {
    match category {
        Category::Promoter => (ellipse([0.0; 2], [8.0; 2]), PROMOTER),
        Category::Passive => (rounded(7.0, 1.4), PASSIVE),
        Category::Detractor => (polygon(&[[0.0, -8.0], [8.0, 0.0], [0.0, 8.0], [-8.0, 0.0]]), DETRACTOR),
    }
}

/// A square from `-half` to `half` with round corners.
fn rounded(half: f32, radius: f32) -> Vec<Step> {
    // A quarter of a circle by a curve, as in `path::ellipse`.
    let (near, bend) = (half - radius, half - radius * 0.447_715_2);
    let mut steps = vec![Step::Move([near, -half])];
    // From each corner to the next, clockwise: a turn by 90°.
    let mut turned: [fn([f32; 2]) -> [f32; 2]; 4] =
        [|p| p, |[x, y]| [-y, x], |[x, y]| [-x, -y], |[x, y]| [y, -x]];
    for turn in &mut turned {
        steps.push(Step::Curve([[bend, -half], [half, -bend], [half, -near]].map(*turn)));
        steps.push(Step::Line(turn([half, near])));
    }
    steps.push(Step::Close);
    steps
}

/// A text around its middle.
fn written(text: &str, centre: [f32; 2], scale: f32, width: f32, colour: u32) -> Stroke {
    let (steps, wide) = glyphs::text(text);
    let corner = [centre[0] - wide * scale / 2.0, centre[1] - HEIGHT * scale / 2.0];
    let steps = steps.into_iter().map(|step| step.placed(corner, scale)).collect();
    Stroke { steps, paint: Paint::Line(colour, width) }
}

/// Beside the shape: up or down where the score went, or two lines where it stayed.
fn arrow(trend: std::cmp::Ordering) -> Stroke {
    let head = |down: f32| {
        let place = |[x, y]: [f32; 2]| [28.0 + x, 11.0 + y * down];
        polygon(
            &[[0.0, -6.5], [3.6, -1.0], [1.3, -1.0], [1.3, 6.5], [-1.3, 6.5], [-1.3, -1.0], [-3.6, -1.0]]
                .map(place),
        )
    };
    let steps = match trend {
        std::cmp::Ordering::Greater => head(1.0),
        std::cmp::Ordering::Less => head(-1.0),
        std::cmp::Ordering::Equal => {
            let bar = |y: f32| polygon(&[[25.0, y], [31.0, y], [31.0, y + 2.2], [25.0, y + 2.2]]);
            [bar(7.4), bar(12.4)].concat()
        }
    };
    Stroke { steps, paint: Paint::Fill(BESIDE) }
}

/// Hours, days, weeks or years, whole ones, in two digits or so.
fn age_as_text(seconds: i64) -> String {
    let hours = seconds / 3600;
    let days = hours / 24;
    match days {
        _ if hours < 1 => "<1h".to_owned(),
        _ if hours < 48 => format!("{hours}h"),
        ..21 => format!("{days}d"),
        21..700 => format!("{}w", days / 7),
        // Of 365.2425 days, as the calendar has them on average.
        _ => format!("{}y", (seconds / 31_556_952).min(99)),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
