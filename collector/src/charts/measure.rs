//! What is measured, and how its numbers are written.

/// What the numbers of a picture are: its scale and its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// For people: `Net Promoter Score`.
    pub name: String,
    /// The least it can be.
    pub low: f64,
    /// The most it can be.
    pub high: f64,
    /// Digits behind the point where it is written beside a mark.
    pub decimals: usize,
    /// What stands behind the number, such as ` %`.
    pub unit: &'static str,
}

impl Measure {
    /// The Net Promoter Score, −100 to 100.
    pub fn nps() -> Self {
        Self { name: "Net Promoter Score".into(), low: -100.0, high: 100.0, decimals: 0, unit: "" }
    }

    /// A share in per cent.
    pub fn share(name: impl Into<String>) -> Self {
        Self { name: name.into(), low: 0.0, high: 100.0, decimals: 0, unit: " %" }
    }

    /// The mean of ratings between these.
    pub fn mean(name: impl Into<String>, low: f64, high: f64) -> Self {
        Self { name: name.into(), low, high, decimals: 2, unit: "" }
    }

    /// A value as it stands beside its mark.
    pub(super) fn show(&self, value: f64) -> String {
        number(value, self.decimals) + self.unit
    }

    /// A value with its interval, one digit more exact than it is shown: for who asks for it, and who hears it.
    pub(super) fn tell(&self, value: f64, interval: Option<[f64; 2]>) -> String {
        let exact = |value| number(value, self.decimals + 1);
        let interval = interval
            .map(|[low, high]| format!(" (95 % interval {} to {}{})", exact(low), exact(high), self.unit));
        format!("{}{}{}", exact(value), self.unit, interval.unwrap_or_default())
    }

    /// An interval as it stands in a picture.
    pub(super) fn between(&self, [low, high]: [f64; 2]) -> String {
        format!("{} to {}{}", number(low, self.decimals), number(high, self.decimals), self.unit)
    }

    /// A value that can be drawn: finite, and on the scale.
    pub(super) fn sound(&self, value: Option<f64>) -> Option<f64> {
        value.filter(|value| value.is_finite()).map(|value| value.clamp(self.low, self.high))
    }

    /// An interval that can be drawn.
    pub(super) fn sound_interval(&self, interval: Option<[f64; 2]>) -> Option<[f64; 2]> {
        let [low, high] = interval?;
        let (low, high) = (self.sound(Some(low))?, self.sound(Some(high))?);
        Some([low.min(high), low.max(high)])
    }
}

/// A number with so many digits behind the point, and a true minus.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        // What is rounded to nothing has no sign.
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// A count with commas between thousands.
pub(super) fn count(n: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(number(-12.34, 1), "−12.3");
        assert_eq!(number(-0.04, 1), "0.0");
        let nps = Measure::nps();
        assert_eq!(nps.show(42.6), "43");
        assert_eq!(nps.tell(42.55, Some([-3.0, 80.0])), "42.5 (95 % interval −3.0 to 80.0)");
        assert_eq!(Measure::share("CSAT").between([70.2, 80.9]), "70 to 81 %");
        assert_eq!(nps.sound_interval(Some([120.0, -5.0])), Some([-5.0, 100.0]));
        assert_eq!(nps.sound(Some(f64::NAN)), None);
    }
}
