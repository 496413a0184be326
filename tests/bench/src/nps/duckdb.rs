//! DuckDB, which has the rows in its memory.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::Context;

use super::answer::Answer;
use super::schema::{DUCKDB, read_rows, tables};
use crate::report::note;

/// It runs in Python, and is ended when dropped.
pub(super) struct DuckDb {
    child: Child,
    statements: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl DuckDb {
    /// Starts it and has it read the rows.
    pub(super) fn start(
        python: &Path,
        script: &Path,
        csv: &Path,
        memberships: &Path,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start Python")?;
        let statements = child.stdin.take().context("Python does not listen")?;
        let answers = BufReader::new(child.stdout.take().context("Python does not speak")?);
        let mut duckdb = Self { child, statements, answers };
        let version = duckdb.line()?;
        let started = Instant::now();
        for statement in tables(&DUCKDB) {
            duckdb.run(&statement)?;
        }
        duckdb.run(&read_rows(csv))?;
        duckdb.run(&format!("INSERT INTO memberships FROM read_csv('{}')", memberships.display()))?;
        let (_, used) = duckdb.run(
            "SELECT (SELECT sum(memory_usage_bytes) FROM duckdb_memory()) / (SELECT count(*) FROM responses)",
        )?;
        note(&format!(
            "{version}, enumerations: {:.0} B for one response in memory, read in {:.0} s",
            used.first().and_then(|bytes| bytes.parse::<f64>().ok()).unwrap_or_default(),
            started.elapsed().as_secs_f64()
        ));
        Ok(duckdb)
    }

    /// How many milliseconds the answer took, and what it is.
    pub(super) fn ask(&mut self, sql: &str) -> anyhow::Result<(f64, Answer)> {
        let (millis, rows) = self.run(sql)?;
        let mut answer = Answer::default();
        rows.iter().try_for_each(|row| answer.read(row))?;
        Ok((millis, answer))
    }

    fn run(&mut self, statement: &str) -> anyhow::Result<(f64, Vec<String>)> {
        writeln!(self.statements, "{statement}")?;
        let head = self.line()?;
        let (millis, rows) = head.split_once(' ').context("DuckDB's answer is not understood")?;
        let (millis, rows) = (millis.parse()?, rows.parse::<usize>()?);
        let rows = (0..rows).map(|_| self.line()).collect::<anyhow::Result<Vec<_>>>()?;
        Ok((millis, rows))
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line)?;
        anyhow::ensure!(read > 0, "DuckDB failed");
        Ok(line.trim_end_matches('\n').to_owned())
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
