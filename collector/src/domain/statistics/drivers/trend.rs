//! A link with values that are numbers: Pearson's correlation r.
//!
//! The interval is Fisher's, tanh(artanh r ± t·s) with Student's t of N − 2 degrees. Fisher's s = 1/√(N − 3) is right for the
//! normal distribution; of ratings that crowd at one end it covers the true correlation half the time only. So s is the larger
//! of that and the one that needs no distribution: the mean square of the influence function of r. The p-value belongs to the
//! same s, so that it never contradicts the interval.
//!
//! - R. A. Fisher, "On the 'Probable Error' of a Coefficient of Correlation Deduced from a Small Sample", Metron 1 (1921), 3–32
//! - D. L. Hawkins, "Using U Statistics to Derive the Asymptotic Distribution of Fisher's Z Statistic", The American Statistician
//!   43 (1989), 235–237

use wire::Tally;

use super::super::{ALPHA, tails};
use super::{Found, LEAST};

/// Nothing is closer than this: of perfect order, Fisher's transformation knows no end.
const CLOSEST: f64 = 1.0 - 1e-9;

/// The strength of the link; nothing where there are too few answers, a single value or a single opinion.
pub(super) fn link(values: &[(f64, Tally)]) -> Option<Found> {
    let cells: Vec<[f64; 3]> = values.iter().filter(|(value, _)| value.is_finite()).flat_map(cells).collect();
    let n: f64 = cells.iter().map(|[_, _, count]| count).sum();
    if n < LEAST as f64 {
        return None;
    }
    let mean =
        |of: &dyn Fn(f64, f64) -> f64| cells.iter().map(|[x, y, count]| count * of(*x, *y)).sum::<f64>() / n;
    let (middle_x, middle_y) = (mean(&|x, _| x), mean(&|_, y| y));
    let spread_x = mean(&|x, _| (x - middle_x).powi(2)).sqrt();
    let spread_y = mean(&|_, y| (y - middle_y).powi(2)).sqrt();
    // Rounding leaves something where there is nothing.
    if spread_x <= middle_x.abs() * 1e-12 || spread_y <= 1e-12 {
        return None;
    }
    let standard = |x: f64, y: f64| ((x - middle_x) / spread_x, (y - middle_y) / spread_y);
    let product = |x: f64, y: f64| {
        let (x, y) = standard(x, y);
        x * y
    };
    let r = mean(&product).clamp(-CLOSEST, CLOSEST);
    let influence = |x: f64, y: f64| {
        let (x, y) = standard(x, y);
        (x * y - r / 2.0 * (x * x + y * y)).powi(2)
    };
    let free = (mean(&influence) / (n - 3.0)).sqrt() / (1.0 - r * r);
    let error = free.max(1.0 / (n - 3.0).sqrt());
    let (middle, half) = (r.atanh(), tails::critical(ALPHA, n - 2.0) * error);
    Some(Found {
        strength: r,
        interval: [(middle - half).tanh(), (middle + half).tanh()],
        p_value: tails::two_sided(middle / error, n - 2.0),
    })
}

/// Value, worth and how often, for each category.
fn cells((value, tally): &(f64, Tally)) -> [[f64; 3]; 3] {
    let (promoters, passives, detractors) = tally.counts();
    [(-1.0, detractors), (0.0, passives), (1.0, promoters)]
        .map(|(worth, count)| [*value, worth, count as f64])
}
