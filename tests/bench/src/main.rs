//! Measures the collector against its budgets and, in the same run, against its rivals. `tests/bench.sh` builds it, sets
//! up the rivals and calls one section after the other.
//!
//! A benchmark prints; it never fails because a figure is poor, only because something did not work. (But for [`widgets`],
//! which fails if a rival was faster.) What is slow on a
//! loaded machine is slow for both sides, so sides are measured in turn, several times, and the medians are compared.
//!
//! Read in this order: [`report`] (how figures are printed), [`process`] (the collector as a process of its own),
//! [`load`] (requests as fast as they are answered), [`fill`] (directories with customers and invitations), then the
//! sections: [`submissions`], [`last_score`], [`nps`], [`beside`], [`export`], [`interactions`], [`cases`], [`mails`], [`sizes`], [`start`], [`memory`],
//! [`widgets`].

mod beside;
mod cases;
mod constant;
mod export;
mod fill;
mod http;
mod interactions;
mod last_score;
mod load;
mod machine;
mod mails;
mod memory;
mod nps;
mod pgbench;
mod process;
mod report;
mod rows;
mod sizes;
mod start;
mod submissions;
mod widgets;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Measures Hearback's collector; `tests/bench.sh` sets up what it needs.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    section: Section,
}

/// Where everything is.
#[derive(Args, Clone, Debug)]
struct Places {
    /// The collector
    #[arg(long, default_value = "target/release/hearback")]
    hearback: PathBuf,
    /// Directory for data, on the disk that is measured
    #[arg(long, default_value = "target/bench")]
    work: PathBuf,
    /// Directory with survey.toml and organisation.toml
    #[arg(long, default_value = "examples")]
    examples: PathBuf,
    /// Customers in the large directory
    #[arg(long, env = "BENCH_CUSTOMERS", default_value_t = 1_000_000)]
    customers: usize,
    /// Changes with the program that filled the large directory: another stamp, and it is filled again
    #[arg(long, default_value = "")]
    stamp: String,
}

#[derive(Subcommand)]
enum Section {
    /// What is measured on
    Machine,
    /// Durable submissions over HTTP, beside pgbench
    Submissions(submissions::Options),
    /// The last score of one of many customers, beside a constant answer
    LastScore(last_score::Options),
    /// Net Promoter Scores over generated responses, beside DuckDB and PostgreSQL
    Nps(nps::Options),
    /// All responses as CSV, NDJSON and Parquet
    Export,
    /// How the time of an answer grows with the number of responses
    Growth(nps::GrowthOptions),
    /// Submissions while reports are made, beside submissions alone
    Beside(beside::Options),
    /// Mails handed to a mail server
    Mails(mails::Options),
    /// A CSV of interactions
    Interactions(interactions::Options),
    /// The work list among many cases
    Cases(cases::Options),
    /// Bytes to the first question, and of the program
    Sizes,
    /// Time to start with many responses, from a snapshot and without
    Start(start::Options),
    /// Memory when idle, and the time to start
    Memory,
    /// Time to the first question, beside other widgets
    Widgets(widgets::Options),
    /// Serve a constant answer: what the last score is compared with
    #[command(hide = true)]
    Constant(constant::Options),
}

fn main() -> anyhow::Result<()> {
    let Arguments { places, section } = Arguments::parse();
    std::fs::create_dir_all(&places.work)?;
    match section {
        Section::Machine => machine::print(&places),
        Section::Submissions(options) => submissions::measure(&places, &options),
        Section::LastScore(options) => last_score::measure(&places, &options),
        Section::Nps(options) => nps::measure(&places, &options),
        Section::Export => export::measure(&places),
        Section::Growth(options) => nps::measure_growth(&options),
        Section::Beside(options) => beside::measure(&places, &options),
        Section::Mails(options) => mails::measure(&places, &options),
        Section::Interactions(options) => interactions::measure(&places, &options),
        Section::Cases(options) => cases::measure(&places, &options),
        Section::Sizes => sizes::measure(&places),
        Section::Start(options) => start::measure(&places, &options),
        Section::Memory => memory::measure(&places),
        Section::Widgets(options) => widgets::measure(&places, &options),
        Section::Constant(options) => constant::serve(&options),
    }
}
