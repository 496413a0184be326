//! PostgreSQL, asked through psql. Where its server is, its own variables say: `PGHOST`, `PGPORT`…

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::{Context, bail, ensure};

use super::answer::Answer;
use super::schema::{POSTGRES, tables};
use crate::report::note;

/// A question that takes longer is given up.
pub(super) const PATIENCE_SECONDS: u32 = 60;

/// What psql says when it has said everything, before the state.
const END: &str = "end of the answer ";

/// The states of statements that went well, and that were given up (PostgreSQL's manual, appendix A).
const WELL: &str = "00000";
const CANCELED: &str = "57014";

/// A psql. Ended when dropped.
pub(super) struct Postgres {
    child: Child,
    statements: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Postgres {
    /// Starts psql and has PostgreSQL read the rows.
    pub(super) fn start(csv: &Path, memberships: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start psql")?;
        let statements = child.stdin.take().context("psql does not listen")?;
        let answers = BufReader::new(child.stdout.take().context("psql does not speak")?);
        let mut postgres = Self { child, statements, answers };
        let started = Instant::now();
        // One process for each processor, as everybody has: the one that was asked, and its workers.
        let workers = available_parallelism()?.get() - 1;
        postgres.well("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")?;
        for statement in tables(&POSTGRES) {
            postgres.well(&format!("{statement};"))?;
        }
        postgres.well(&format!("\\copy responses FROM '{}' CSV HEADER", csv.display()))?;
        postgres.well(&format!("\\copy memberships FROM '{}' CSV HEADER", memberships.display()))?;
        postgres.well("VACUUM ANALYZE;")?;
        postgres
            .well(&format!("SET max_parallel_workers_per_gather = {workers}; SET work_mem = '256MB';"))?;
        postgres.well(&format!("SET statement_timeout = '{PATIENCE_SECONDS} s';"))?;
        let bytes = postgres.well("SELECT pg_table_size('responses') / (SELECT count(*) FROM responses);")?;
        let version = postgres.well("SHOW server_version;")?;
        note(&format!(
            "PostgreSQL {}, {} processes, enumerations: {} B for one response, read in {:.0} s",
            version.concat(),
            workers + 1,
            bytes.concat(),
            started.elapsed().as_secs_f64()
        ));
        postgres.well("\\timing on")?;
        Ok(postgres)
    }

    /// How many milliseconds the answer took, and what it is; nothing if it was given up.
    pub(super) fn ask(&mut self, sql: &str) -> anyhow::Result<Option<(f64, Answer)>> {
        let (mut lines, state) = self.run(&format!("{sql};"))?;
        if state == CANCELED {
            return Ok(None);
        }
        ensure!(state == WELL, "PostgreSQL failed: {state}");
        let time = lines.pop().unwrap_or_default();
        let millis = time.strip_prefix("Time: ").and_then(|time| time.split(' ').next());
        let millis = millis.context("psql tells no time")?.parse()?;
        let mut answer = Answer::default();
        lines.iter().try_for_each(|line| answer.read(line))?;
        Ok(Some((millis, answer)))
    }

    fn well(&mut self, statement: &str) -> anyhow::Result<Vec<String>> {
        let (lines, state) = self.run(statement)?;
        ensure!(state == WELL, "PostgreSQL failed: {state}: {statement:.80}");
        Ok(lines)
    }

    fn run(&mut self, statement: &str) -> anyhow::Result<(Vec<String>, String)> {
        writeln!(self.statements, "{statement}\n\\echo '{END}':SQLSTATE")?;
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                bail!("psql ended");
            }
            let line = line.trim_end_matches('\n');
            match line.strip_prefix(END) {
                Some(state) => return Ok((lines, state.to_owned())),
                None => lines.push(line.to_owned()),
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
