//! A process that ends with the test, and with it whatever it started.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

pub(super) struct Process(pub(super) Child, Signal);

impl Process {
    /// Starts it in a process group of its own.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .map(|child| Self(child, Signal::KILL))
            .with_context(|| format!("cannot start {program}"))
    }

    /// It is only asked to end, and then waited for, because it has something to clear away.
    pub(super) fn ends_by_itself(&mut self) {
        self.1 = Signal::TERM;
    }

    /// As `kill -9` does it: no warning, no farewell.
    pub(super) fn kill(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.0), self.1);
        let _ = self.0.wait();
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
