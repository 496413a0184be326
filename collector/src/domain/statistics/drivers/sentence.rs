//! A driver in a sentence of plain English, which says no more than is shown.

use wire::report::{Driver, Link, Measure, Standout, Verdict};

/// One sentence about a driver whose figures are there.
pub(super) fn sentence(driver: &Driver) -> String {
    let (key, n) = (&driver.key, grouped(driver.n));
    let Some(link) = driver.link else {
        return format!("Too few different answers to tell whether the score goes with {key} (n {n}).");
    };
    match (driver.shown, &driver.standout, driver.measure) {
        (false, _, _) => format!("No link shown between {key} and the score (n {n})."),
        (true, _, Measure::Trend) => trend(key, &n, &link),
        (true, Some(standout), Measure::Difference) => difference(key, &n, standout),
        (true, None, Measure::Difference) => {
            let Link { strength, interval: [low, high], .. } = link;
            format!(
                "The score goes with {key}, but no single value is shown to stand out (strength {strength:.2}, \
                 95 % interval {low:.2} to {high:.2}; n {n})."
            )
        }
    }
}

fn trend(key: &str, n: &str, link: &Link) -> String {
    let Link { strength, interval: [low, high], .. } = link;
    let direction = if *strength > 0.0 { "higher" } else { "lower" };
    format!(
        "The higher {key}, the {direction} the score (correlation {}, 95 % interval {} to {}; n {n}).",
        signed(*strength),
        signed(*low),
        signed(*high)
    )
}

fn difference(key: &str, n: &str, standout: &Standout) -> String {
    let comparison = standout.judged.comparison;
    let [low, high] = comparison.interval;
    let (direction, low, high) = match standout.judged.verdict {
        Verdict::Lower => ("lower", -high, -low),
        _ => ("higher", low, high),
    };
    let difference = points(comparison.difference.abs());
    let unit = if difference == "1" { "point" } else { "points" };
    format!(
        "Customers whose {key} is {} score {difference} {unit} {direction} than the rest (95 % interval {} to {}; n {} of {n}).",
        standout.value,
        points(low),
        points(high),
        grouped(standout.n)
    )
}

/// Whole points, and a tenth where there are few.
fn points(value: f64) -> String {
    if value.abs() >= 9.95 {
        return format!("{value:.0}");
    }
    let tenths = format!("{value:.1}");
    tenths.strip_suffix(".0").map_or_else(|| tenths.clone(), str::to_owned)
}

/// With the sign that is used in text.
fn signed(value: f64) -> String {
    format!("{value:.2}").replace('-', "−")
}

/// 1234567 is 1,234,567.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
