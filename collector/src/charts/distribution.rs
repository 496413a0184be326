//! A distribution: how often each answer was given, and what it comes to.

use super::axis::Axis;
use super::canvas::{Canvas, PLAIN, SMALL};
use super::measure::{count, number};
use super::palette::Ink;
use super::trend::nothing;
use super::{MARGIN, Measure, Theme, WIDTH, text};

/// A distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// What it is of.
    pub title: String,
    /// Survey, period, filters.
    pub subtitle: String,
    /// The answers, in the order in which they are drawn.
    pub bars: Vec<Bar>,
    /// What they come to, if that is a number.
    pub result: Option<Outcome>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is: `9`, `Very good`.
    pub label: String,
    /// How often it was given.
    pub count: u64,
    /// What it says.
    pub tone: Tone,
}

/// What an answer says about the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// 9 or 10.
    Promoter,
    /// 7 or 8.
    Passive,
    /// 0 to 6.
    Detractor,
    /// Nothing of that kind.
    Plain,
}

/// The number that answers come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What it is.
    pub measure: Measure,
    /// The number; absent where it is withheld.
    pub value: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
}

impl Distribution {
    /// The scores of a Net Promoter Score: `counts[i]` is how often `i` was given.
    pub fn nps(
        title: impl Into<String>,
        subtitle: impl Into<String>,
        counts: &[u64; 11],
        value: Option<f64>,
        interval: Option<[f64; 2]>,
    ) -> Self {
        let tone = |score| match score {
            9.. => Tone::Promoter,
            7..=8 => Tone::Passive,
            _ => Tone::Detractor,
        };
        let bars = counts.iter().enumerate();
        let bars = bars.map(|(score, &count)| Bar { label: score.to_string(), count, tone: tone(score) });
        let result = Outcome { measure: Measure::nps(), value, interval };
        Self { title: title.into(), subtitle: subtitle.into(), bars: bars.collect(), result: Some(result) }
    }

    fn n(&self) -> u64 {
        self.bars.iter().map(|bar| bar.count).sum()
    }

    /// Whether what it comes to is withheld: then the answers are too.
    fn is_withheld(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.measure.sound(result.value).is_none())
    }

    fn share(&self, count: u64) -> f64 {
        100.0 * count as f64 / self.n().max(1) as f64
    }
}

impl Tone {
    fn ink(self) -> Ink {
        match self {
            Self::Promoter => Ink::Promoter,
            Self::Passive => Ink::Passive,
            Self::Detractor => Ink::Detractor,
            Self::Plain => Ink::Series(0),
        }
    }

    /// What those who answer so are called.
    fn name(self) -> &'static str {
        match self {
            Self::Promoter => "Promoters",
            Self::Passive => "Passives",
            Self::Detractor => "Detractors",
            Self::Plain => "",
        }
    }
}

/// How high the highest bar is.
const HEIGHT: f64 = 170.0;

/// The height of a row where bars lie.
const ROW: f64 = 26.0;

/// The most answers that are drawn.
const MOST: usize = 60;

/// Draws a distribution: bars that stand, or lie where their labels are long; none, where the result is withheld. Of more than
/// 60 answers the first 60.
pub fn distribution(distribution: &Distribution, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    let mut end = canvas.head(&distribution.title, &distribution.subtitle);
    let words = tell(distribution);
    if distribution.n() == 0 || distribution.is_withheld() {
        canvas.text(WIDTH / 2.0, end + 60.0, nothing(distribution.n()), PLAIN.inked(Ink::Quiet).middle());
        return canvas.finish(end + 120.0, &distribution.title, &words);
    }
    end = write_result(&mut canvas, distribution, end);
    let bars = &distribution.bars[..distribution.bars.len().min(MOST)];
    let room = (WIDTH - 2.0 * MARGIN) / bars.len() as f64;
    let has_room = |bar: &Bar| text::width(&text::clean(&bar.label), PLAIN.size, false) <= room - 6.0;
    end = if room >= 30.0 && bars.iter().all(has_room) {
        standing(&mut canvas, distribution, bars, room, end)
    } else {
        lying(&mut canvas, distribution, bars, end)
    };
    let left_out = distribution.bars.len() - bars.len();
    if left_out > 0 {
        end = canvas.note(end + 18.0, &format!("{left_out} more are not drawn."));
    }
    canvas.finish(end + 14.0, &distribution.title, &words)
}

/// The result in large letters, and its interval on its scale. Returns where there is room again.
fn write_result(canvas: &mut Canvas, distribution: &Distribution, top: f64) -> f64 {
    let n = format!("n {}", count(distribution.n()));
    let Some(Outcome { measure, value, interval }) = &distribution.result else {
        canvas.text(MARGIN, top + 10.0, &n, SMALL);
        return top + 26.0;
    };
    let value = measure.sound(*value).unwrap_or(measure.low);
    let large = PLAIN.sized(34.0).bold();
    let shown = measure.show(value);
    canvas.text(MARGIN, top + 34.0, &shown, large);
    let behind = MARGIN + text::width(&shown, large.size, true) + 8.0;
    let interval = measure.sound_interval(*interval);
    canvas.text(behind, top + 16.0, &text::fit(&measure.name, PLAIN.size, false, 230.0), PLAIN);
    let between = interval.map(|interval| format!("95 % interval {} · ", measure.between(interval)));
    canvas.text(behind, top + 33.0, &(between.unwrap_or_default() + &n), SMALL);

    let (left, right, y) = (WIDTH - MARGIN - 334.0, WIDTH - MARGIN - 14.0, top + 16.0);
    let scale = Axis { low: measure.low, high: measure.high, ticks: Vec::new() };
    let x = |value: f64| left + scale.place(value) * (right - left);
    canvas.line((left, y), (right, y), Ink::Axis, 1.2);
    let middle = f64::midpoint(measure.low, measure.high);
    for tick in [measure.low, middle, measure.high] {
        canvas.line((x(tick), y - 4.0), (x(tick), y + 4.0), Ink::Axis, 1.2);
        let decimals = usize::from(tick.fract() != 0.0);
        canvas.text(x(tick), y + 24.0, &number(tick, decimals), SMALL.middle());
    }
    if let Some([low, high]) = interval {
        canvas.rect((x(low), y - 5.0), (x(high) - x(low), 10.0), Ink::Axis, 2.0);
    }
    canvas.line((x(value), y - 10.0), (x(value), y + 10.0), Ink::Text, 3.0);
    top + 58.0
}

/// Bars that stand, their categories named below. Returns where they end.
fn standing(canvas: &mut Canvas, distribution: &Distribution, bars: &[Bar], room: f64, top: f64) -> f64 {
    let bottom = top + 18.0 + HEIGHT;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1) as f64;
    let width = (room - 8.0).min(64.0);
    for (place, bar) in bars.iter().enumerate() {
        let x = MARGIN + (place as f64 + 0.5) * room;
        let height = bar.count as f64 / most * HEIGHT;
        canvas.rect((x - width / 2.0, bottom - height), (width, height), bar.tone.ink(), 2.0);
        canvas.text(
            x,
            bottom - height - 6.0,
            &percent(distribution.share(bar.count)),
            SMALL.inked(Ink::Text).middle(),
        );
        canvas.text(x, bottom + 19.0, &text::fit(&bar.label, PLAIN.size, false, room), PLAIN.middle());
    }
    canvas.line((MARGIN, bottom), (WIDTH - MARGIN, bottom), Ink::Axis, 1.2);
    if bars.iter().all(|bar| bar.tone == Tone::Plain) {
        return bottom + 19.0;
    }
    write_categories(canvas, distribution, bars, room, bottom + 32.0)
}

/// A bracket below the bars of each category, with its name and share.
fn write_categories(
    canvas: &mut Canvas,
    distribution: &Distribution,
    bars: &[Bar],
    room: f64,
    y: f64,
) -> f64 {
    let mut from = 0;
    for part in bars.chunk_by(|a, b| a.tone == b.tone) {
        let (tone, count) = (part[0].tone, part.iter().map(|bar| bar.count).sum());
        let left = MARGIN + from as f64 * room + 4.0;
        let right = MARGIN + (from + part.len()) as f64 * room - 4.0;
        from += part.len();
        if tone == Tone::Plain {
            continue;
        }
        canvas.line((left, y), (right, y), tone.ink(), 3.0);
        let middle = f64::midpoint(left, right);
        let name = text::fit(tone.name(), PLAIN.size, false, right - left + 8.0);
        canvas.text(middle, y + 20.0, &name, PLAIN.middle());
        let share = percent(distribution.share(count));
        canvas.text(middle, y + 38.0, &share, PLAIN.bold().middle());
    }
    y + 38.0
}

/// Bars that lie, each behind its label. Returns where they end.
fn lying(canvas: &mut Canvas, distribution: &Distribution, bars: &[Bar], top: f64) -> f64 {
    let widest =
        bars.iter().map(|bar| text::width(&text::clean(&bar.label), PLAIN.size, false)).fold(0.0, f64::max);
    let left = MARGIN + widest.min(280.0) + 12.0;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1) as f64;
    let counts = bars.iter().map(|bar| text::width(&count(bar.count), SMALL.size, false)).fold(0.0, f64::max);
    let longest = WIDTH - MARGIN - left - 24.0 - text::width("100 %", PLAIN.size, true) - counts;
    for (place, bar) in bars.iter().enumerate() {
        let y = top + place as f64 * ROW;
        let length = bar.count as f64 / most * longest;
        canvas.text(left - 10.0, y + 17.0, &text::fit(&bar.label, PLAIN.size, false, 280.0), PLAIN.end());
        canvas.rect((left, y + 4.0), (length, ROW - 8.0), bar.tone.ink(), 2.0);
        let share = percent(distribution.share(bar.count));
        canvas.text(left + length + 8.0, y + 17.0, &share, PLAIN.bold());
        let behind = left + length + 16.0 + text::width(&share, PLAIN.size, true);
        canvas.text(behind, y + 17.0, &count(bar.count), SMALL);
    }
    let bottom = top + bars.len() as f64 * ROW;
    canvas.line((left, top), (left, bottom), Ink::Axis, 1.2);
    bottom
}

/// A share; what is there is not told as nothing.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.5 { "<1 %".to_owned() } else { format!("{share:.0} %") }
}

fn tell(distribution: &Distribution) -> String {
    let mut told = vec![format!("{}.", distribution.subtitle)];
    if let Some(Outcome { measure, value, interval }) = &distribution.result {
        let value = measure.sound(*value).map(|value| measure.tell(value, measure.sound_interval(*interval)));
        told.push(format!("{}: {}.", measure.name, value.as_deref().unwrap_or("not shown")));
    }
    told.push(format!("{} responses.", count(distribution.n())));
    if distribution.n() == 0 || distribution.is_withheld() {
        return told.join(" ");
    }
    let bar = |bar: &Bar| {
        format!("{}: {} ({})", bar.label, percent(distribution.share(bar.count)), count(bar.count))
    };
    let bars: Vec<String> = distribution.bars.iter().take(MOST).map(bar).collect();
    told.push(format!("{}.", bars.join("; ")));
    for tone in [Tone::Promoter, Tone::Passive, Tone::Detractor] {
        let of_tone = distribution.bars.iter().filter(|bar| bar.tone == tone);
        let counts: Vec<u64> = of_tone.map(|bar| bar.count).collect();
        if !counts.is_empty() {
            told.push(format!("{}: {}.", tone.name(), percent(distribution.share(counts.iter().sum()))));
        }
    }
    told.join(" ")
}
