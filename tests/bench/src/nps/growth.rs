//! How time grows with the number of responses.

use std::time::Instant;

use super::feed::feed;
use super::question::Question;
use crate::report::{median, note, row, shown, title};
use crate::rows;

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Numbers of responses
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000, 10_000_000])]
    rows: Vec<usize>,
    /// How often each question is asked
    #[arg(long, default_value_t = 15)]
    repeats: usize,
}

/// Prints how long typical questions take over few responses and many.
pub(crate) fn measure(options: &Options) -> anyhow::Result<()> {
    title("How the time of an answer grows with the number of responses");
    note("medians, milliseconds");
    let organisation = rows::organisation()?;
    let questions = Question::typical()?;
    let mut times: Vec<Vec<String>> = vec![Vec::new(); questions.len()];
    for &count in &options.rows {
        let (facts, _) = feed(count, None)?;
        for (question, times) in questions.iter().zip(&mut times) {
            let mut millis = Vec::new();
            for _ in 0..=options.repeats {
                let started = Instant::now();
                facts.count(&question.ask, &organisation)?;
                millis.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            times.push(shown(median(millis.into_iter().skip(1))));
        }
    }
    let counts: Vec<String> = options.rows.iter().map(|count| shown(*count as f64)).collect();
    row("", &counts, "");
    for (question, times) in questions.iter().zip(&times) {
        row(&question.name, times, "");
    }
    Ok(())
}
