//! A link with values that are names: the correlation ratio η.
//!
//! η² is the share of the variance between responses that lies between the values. With many values much of it is chance: 2,000
//! agents with five answers each "explain" a fifth of everything. So
//!
//! - the strength is √ε² with ε² = 1 − (1 − η²)(N − 1)/(N − k), which is 0 on average where there is no link (Kelley 1935);
//! - the test is Pitman's: the exact mean and variance that η² has over all ways to deal the same answers out to the same
//!   values, and a beta distribution with these two moments. The F-test of the analysis of variance has others in mind: where
//!   nearly everybody is a promoter and most values have few answers, it raises false alarms in up to a third of all cases. No
//!   p-value is below the probability of the very table that was counted;
//! - the interval takes the same distribution, moved by a link of the strength in question, with the variance that the delta
//!   method finds in the answers themselves, and the cube root of Wilson and Hilferty; its ends are the strengths for which η²
//!   would be just too large or too small. The low end is above 0 where p is below 0.025.
//!
//! - T. L. Kelley, "An Unbiased Correlation Ratio Measure", Proceedings of the National Academy of Sciences 21 (1935), 554–559
//! - E. J. G. Pitman, "Significance Tests which May Be Applied to Samples from Any Populations. III. The Analysis of Variance
//!   Test", Biometrika 29 (1938), 322–335
//! - J. W. Tukey, "Keeping Moment-Like Sampling Computations Simple", Annals of Mathematical Statistics 27 (1956), 37–54: the
//!   polykays that give those moments
//! - E. B. Wilson, M. M. Hilferty, "The Distribution of Chi-Square", Proceedings of the National Academy of Sciences 17 (1931),
//!   684–688

use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;
use wire::Tally;

use super::super::{ALPHA, tails};
use super::{Found, LEAST};

/// What the three categories are worth: detractors, passives, promoters. η² is the same for any multiple.
const WORTH: [f64; 3] = [-1.0, 0.0, 1.0];

/// The strength of the link; nothing where there are too few answers, a single value or a single opinion.
pub(super) fn link<'a>(values: impl Iterator<Item = &'a Tally>) -> Option<Found> {
    let table = Table::new(values)?;
    let chance = table.chance();
    let beta = chance.p_value(table.eta_squared).max(table.probability());
    let corrected = 1.0 - (1.0 - table.eta_squared) * (table.n - 1.0) / (table.n - table.k);
    let interval = table.interval(&chance).map(f64::sqrt);
    // What is counted may be weaker than even the weakest link that fits it.
    let strength = corrected.max(0.0).sqrt().clamp(interval[0], interval[1]);
    Some(Found { strength, interval, p_value: beta.min(1.0) })
}

/// Answers by value and category.
struct Table {
    rows: Vec<[f64; 3]>,
    columns: [f64; 3],
    n: f64,
    k: f64,
    mean: f64,
    /// Per response.
    variance: f64,
    eta_squared: f64,
}

/// How η² is distributed where there is no link.
struct Chance {
    mean: f64,
    variance: f64,
}

impl Table {
    fn new<'a>(values: impl Iterator<Item = &'a Tally>) -> Option<Self> {
        let rows = values.filter(|tally| tally.n() > 0).map(|tally| {
            let (promoters, passives, detractors) = tally.counts();
            [detractors, passives, promoters].map(|count| count as f64)
        });
        let rows: Vec<[f64; 3]> = rows.collect();
        let mut columns = [0.0; 3];
        for row in &rows {
            columns.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let (n, k) = (size(&columns), rows.len() as f64);
        let opinions = columns.iter().filter(|count| **count > 0.0).count();
        if n < LEAST as f64 || k < 2.0 || n <= k || opinions < 2 {
            return None;
        }
        let mean = worth(&columns) / n;
        let variance = moment(&columns, mean, 2) / n;
        let between: f64 = rows.iter().map(|row| size(row) * (worth(row) / size(row) - mean).powi(2)).sum();
        let eta_squared = (between / (n * variance)).clamp(0.0, 1.0);
        Some(Self { rows, columns, n, k, mean, variance, eta_squared })
    }

    /// Mean and variance of η² over all ways to deal the answers out. With the k-statistics k₂ and k₄ and the polykay k₂₂ of the
    /// answers, a = 1/nᵢ − 1/N on the diagonal of the projection between values, E(SSB) = (k − 1) k₂ and E(SSB²) =
    /// k₄ Σ nᵢ a² + k₂₂ ((k − 1)² + 2 (k − 1)).
    fn chance(&self) -> Chance {
        let (n, free) = (self.n, self.k - 1.0);
        let (second, fourth) = (moment(&self.columns, self.mean, 2), moment(&self.columns, self.mean, 4));
        let k2 = second / (n - 1.0);
        let k4 = (n * (n + 1.0) * fourth - 3.0 * (n - 1.0) * second * second)
            / ((n - 1.0) * (n - 2.0) * (n - 3.0));
        let k22 = (k2 * k2 - k4 / n) * (n - 1.0) / (n + 1.0);
        let diagonal: f64 =
            self.rows.iter().map(|row| 1.0 / size(row)).sum::<f64>() - (2.0 * self.k - 1.0) / n;
        let variance = k4 * diagonal + k22 * (free * free + 2.0 * free) - k2 * k2 * free * free;
        let mean = free / (n - 1.0);
        // No distribution on 0 to 1 with this mean has a larger variance; and some is always there.
        let largest = mean * (1.0 - mean);
        Chance { mean, variance: (variance / (second * second)).clamp(largest * 1e-9, largest * 0.999) }
    }

    /// The probability of this very table, given how often each value and each category came up.
    fn probability(&self) -> f64 {
        let factorial = |count: &f64| ln_gamma(count + 1.0);
        let sides: f64 = self.columns.iter().map(factorial).sum::<f64>()
            + self.rows.iter().map(|row| factorial(&size(row))).sum::<f64>();
        let cells: f64 = self.rows.iter().flatten().map(factorial).sum();
        (sides - factorial(&self.n) - cells).exp()
    }

    /// 95 % interval of the share of the variance that really lies between the values.
    fn interval(&self, chance: &Chance) -> [f64; 2] {
        // The variance that a link of strength w adds to η² is w·slope: the mean square of its influence function.
        let influence: f64 = self.rows.iter().map(|row| self.influence(row)).sum::<f64>() / self.n;
        let slope = (influence / self.eta_squared.max(1e-12)).max(4.0 / self.n) / self.n;
        let distance = |w: f64| {
            let mean = w + (1.0 - w) * chance.mean;
            let spread = (chance.variance * (1.0 - w) * (1.0 - w) + slope * w) / (9.0 * mean * mean);
            ((self.eta_squared / mean).cbrt() - (1.0 - spread)) / spread.sqrt()
        };
        let critical = tails::critical(ALPHA, self.n);
        [critical, -critical].map(|wanted| {
            let (mut low, mut high) = (0.0, 1.0);
            if distance(low) <= wanted {
                return 0.0;
            }
            for _ in 0..60 {
                let middle = f64::midpoint(low, high);
                if distance(middle) > wanted { low = middle } else { high = middle }
            }
            high
        })
    }

    /// The sum of squares, over the responses of a value, of what one more of each does to η².
    fn influence(&self, row: &[f64; 3]) -> f64 {
        let own = worth(row) / size(row);
        let apart = own - self.mean;
        let of = |worth: f64| {
            let off = worth - self.mean;
            (apart * apart + 2.0 * apart * (worth - own) - self.eta_squared * off * off) / self.variance
        };
        row.iter().zip(WORTH).map(|(count, worth)| count * of(worth).powi(2)).sum()
    }
}

impl Chance {
    /// The probability of an η² at least this large.
    fn p_value(&self, eta_squared: f64) -> f64 {
        let size = self.mean * (1.0 - self.mean) / self.variance - 1.0;
        beta_reg((1.0 - self.mean) * size, self.mean * size, 1.0 - eta_squared)
    }
}

fn size(row: &[f64; 3]) -> f64 {
    row.iter().sum()
}

fn worth(row: &[f64; 3]) -> f64 {
    row.iter().zip(WORTH).map(|(count, worth)| count * worth).sum()
}

fn moment(columns: &[f64; 3], mean: f64, power: i32) -> f64 {
    columns.iter().zip(WORTH).map(|(count, worth)| count * (worth - mean).powi(power)).sum()
}
