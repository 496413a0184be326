//! What stands below a time axis: `2026-01` becomes "Jan" over "2026", and no label comes too near another.

use super::{WIDTH, text};

/// A label in two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The upper line.
    pub(super) main: String,
    /// What it belongs to; drawn where it begins.
    pub(super) within: Option<String>,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A label as people write it; what is no period of the API's stays as it is.
pub(super) fn label(key: &str) -> Label {
    period(key).unwrap_or_else(|| Label { main: key.to_owned(), within: None })
}

/// The same in one line.
pub(super) fn told(key: &str) -> String {
    let Label { main, within } = label(key);
    within.map_or(main.clone(), |within| format!("{main} {within}"))
}

/// `2026-01`, `2026-W05`, `2026-Q1`, `2026-01-31` or `2026-01-31T09:00`.
fn period(key: &str) -> Option<Label> {
    let (year, rest) = key.split_once('-')?;
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<usize>().ok().filter(|_| text.len() == 2);
    let month = |text: &str| MONTHS.get(number(text)?.checked_sub(1)?).copied();
    let of_year = |main: String| Some(Label { main, within: Some(year.to_owned()) });
    if let Some(week) = rest.strip_prefix('W') {
        return of_year(format!("W{}", number(week)?));
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        return quarter.parse::<u8>().ok().and_then(|quarter| of_year(format!("Q{quarter}")));
    }
    let Some((month_text, day)) = rest.split_once('-') else {
        return of_year(month(rest)?.to_owned());
    };
    let month = month(month_text)?;
    let (day, hour) = day.split_once(['T', ' ']).map_or((day, None), |(day, hour)| (day, hour.get(..5)));
    let day = number(day)?;
    Some(match hour {
        Some(hour) => Label { main: hour.to_owned(), within: Some(format!("{day} {month} {year}")) },
        None => Label { main: day.to_string(), within: Some(format!("{month} {year}")) },
    })
}

/// A text and where its middle is.
pub(super) type Placed = (f64, String);

/// The labels that have room, in two lines, when neighbours are `apart` and the first is at `from`. None leaves the picture.
pub(super) fn place(keys: &[String], from: f64, apart: f64, size: f64) -> (Vec<Placed>, Vec<Placed>) {
    let inside = |x: f64, label: &str| {
        let half = text::width(label, size, false) / 2.0;
        x.clamp(half + 4.0, WIDTH - half - 4.0)
    };
    let labels: Vec<Label> = keys.iter().map(|key| label(key)).collect();
    let x = |place: usize| from + place as f64 * apart;
    let most = 120.0;
    let main: Vec<String> = labels.iter().map(|label| text::fit(&label.main, size, false, most)).collect();
    let widest = main.iter().map(|main| text::width(main, size, false)).fold(0.0, f64::max);
    let every = if apart > 0.0 { ((widest + 8.0) / apart).ceil().max(1.0) as usize } else { 1 };
    let upper = main
        .into_iter()
        .enumerate()
        .step_by(every)
        .map(|(place, main)| (inside(x(place), &main), main))
        .collect();

    let mut lower: Vec<Placed> = Vec::new();
    let mut before = None;
    let mut end = f64::NEG_INFINITY;
    for (place, label) in labels.iter().enumerate() {
        if label.within == before {
            continue;
        }
        before.clone_from(&label.within);
        let Some(within) = &label.within else {
            continue;
        };
        let half = text::width(within, size, false) / 2.0;
        if x(place) - half > end {
            end = x(place) + half + 8.0;
            lower.push((inside(x(place), within), within.clone()));
        }
    }
    (upper, lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_for_people() {
        for (key, said) in [
            ("2026-01", "Jan 2026"),
            ("2026-W05", "W5 2026"),
            ("2026-Q1", "Q1 2026"),
            ("2026-01-31", "31 Jan 2026"),
            ("2026-01-31T09:00", "09:00 31 Jan 2026"),
            ("2026", "2026"),
            ("2026-13", "2026-13"),
            ("north-01", "north-01"),
            ("before", "before"),
        ] {
            assert_eq!(told(key), said);
        }
    }

    #[test]
    fn a_year_stands_where_it_begins_and_labels_keep_apart() {
        let keys: Vec<String> = (0..24).map(|n| format!("{}-{:02}", 2025 + n / 12, n % 12 + 1)).collect();
        let (upper, lower) = place(&keys, 40.0, 20.0, 12.0);
        assert_eq!(upper[..2], [(40.0, "Jan".to_owned()), (80.0, "Mar".to_owned())]);
        assert_eq!(lower, [(40.0, "2025".to_owned()), (280.0, "2026".to_owned())]);
    }
}
