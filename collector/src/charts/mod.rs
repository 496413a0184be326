//! Pictures of the numbers, as SVG: a trend, a distribution, a ranking, each with its intervals drawn and its n told.
//!
//! Pure functions of plain values. What they draw can be pasted into a paper: it needs no script, no font and nothing from
//! elsewhere; what matters is told by shape and place besides colour; and who cannot see it is told the same in words. Colours
//! stand at each element, and a style sheet only turns them dark: programs that know no style sheets draw it light.
//!
//! Read in this order: this file, then `trend` (`together` in one `plot`, or in `panels`), `distribution`, `ranking`; they draw on
//! a `canvas`, in the inks of `palette`, along the axes of `axis` and `labels`, with `text` that is measured.

mod axis;
mod canvas;
mod distribution;
mod labels;
mod measure;
mod palette;
mod panels;
mod plot;
mod ranking;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
mod text;
mod together;
mod trend;

pub use distribution::{Bar, Distribution, Outcome, Tone, distribution};
pub use measure::Measure;
pub use palette::Theme;
pub use ranking::{Ranking, Row, ranking};
pub use trend::{Point, Series, Trend, trend};

/// How wide every picture is: at the width of a page of A4 its letters are as large as those of a footnote.
const WIDTH: f64 = 720.0;

/// The margin at either side.
const MARGIN: f64 = 24.0;
