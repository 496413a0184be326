//! How figures are printed: one line each, with its budget and whether it is kept.

/// A limit that a figure should keep.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    /// There is none.
    None,
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

/// Prints the title of a section.
pub(crate) fn title(text: &str) {
    println!("\n{text}");
}

/// Prints a figure.
pub(crate) fn figure(name: &str, value: f64, unit: &str, budget: Budget) {
    let shown = |value: f64| format!("{} {unit}", number(value)).trim_end().to_owned();
    let (limit, kept) = match budget {
        Budget::None => (String::new(), ""),
        Budget::AtMost(most) => (format!("≤ {}", shown(most)), mark(value <= most)),
        Budget::AtLeast(least) => (format!("≥ {}", shown(least)), mark(value >= least)),
    };
    println!("  {name:<62}{:>15}  {limit:<15} {kept}", shown(value));
}

/// Prints a line of a table: figures side by side, and a word at the end.
pub(crate) fn row(name: &str, figures: &[String], end: &str) {
    let cells: String = figures.iter().map(|figure| format!("{figure:>11}")).collect();
    println!("  {}", format!("{name:<58}{cells}  {end}").trim_end());
}

/// A figure for a table.
pub(crate) fn shown(value: f64) -> String {
    number(value)
}

/// Prints something that is no figure.
pub(crate) fn note(text: &str) {
    println!("  {text}");
}

fn mark(kept: bool) -> &'static str {
    if kept { "✓" } else { "✗" }
}

/// Three digits that count, and commas between thousands.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        0.0 => 0,
        ..0.1 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let digits: Vec<&[u8]> = whole.as_bytes().rchunks(3).rev().collect();
    let groups: Vec<_> = digits.into_iter().map(String::from_utf8_lossy).collect();
    groups.join(",") + rest
}

/// The middle one.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value that this share of the values does not exceed; 0 if there are none.
pub(crate) fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    values.get((last * share).round() as usize).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_exact_as_they_need_be() {
        let shown = [0.0, 0.0421, 1.234, 45.67, 123.4, 1234.0, 1_234_567.8].map(number);
        assert_eq!(shown, ["0", "0.042", "1.23", "45.7", "123", "1,234", "1,234,568"]);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(quantile((1..=100).map(f64::from), 0.99), 99.0);
    }
}
