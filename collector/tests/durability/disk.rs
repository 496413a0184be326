//! File systems of our own, to fill and to cut the power of. They take root and loop devices; the tests say so where these
//! are not to be had, and pass.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A mounted file system; unmounted when dropped.
pub(super) struct Disk {
    /// The file that stands for the drive, unless it is in memory.
    drive: Option<PathBuf>,
    /// Where it is mounted.
    mounted: PathBuf,
}

impl Disk {
    /// A new ext4 on a drive of this size.
    ///
    /// # Errors
    /// Why there can be none on this machine.
    pub(super) fn new(directory: &Path, name: &str, mib: u64) -> Result<Self, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("only root can mount file systems".into());
        }
        let drive = directory.join(name);
        File::create(&drive).unwrap().set_len(mib << 20).unwrap();
        // All is made now, so that no thread of the kernel writes the rest later.
        let whole = "lazy_itable_init=0,lazy_journal_init=0";
        run("mkfs.ext4", &["-q", "-F", "-m", "0", "-E", whole, drive.to_str().unwrap()])?;
        Self::mount(drive)
    }

    /// A new file system in memory. Nothing can be said of its drive.
    ///
    /// # Errors
    /// Why there can be none on this machine.
    pub(super) fn in_memory(directory: &Path, name: &str, mib: u64) -> Result<Self, String> {
        let mounted = directory.join(format!("{name}.mounted"));
        fs::create_dir(&mounted).unwrap();
        let size = format!("size={mib}m");
        run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", mounted.to_str().unwrap()])?;
        Ok(Self { drive: None, mounted })
    }

    fn mount(drive: PathBuf) -> Result<Self, String> {
        let mounted = drive.with_extension("mounted");
        fs::create_dir(&mounted).unwrap();
        // The journal is written when somebody syncs, not every five seconds: that would save what nobody synced.
        let options = "loop,commit=3600";
        run("mount", &["-o", options, drive.to_str().unwrap(), mounted.to_str().unwrap()])?;
        Ok(Self { drive: Some(drive), mounted })
    }

    /// The root of the file system.
    pub(super) fn path(&self) -> &Path {
        &self.mounted
    }

    /// The same drive as it would be found after a power cut at this moment, with its journal replayed.
    ///
    /// The file behind a loop device is the drive: what the file system has written to the device is in it. What waits in
    /// memory to be written is not, and nothing here makes the file system write. So that the copy is of one moment,
    /// whoever writes must have been frozen; a copy during which the kernel wrote something is made again.
    pub(super) async fn power_cut(&self, name: &str) -> Self {
        let drive = self.drive.as_ref().unwrap();
        let copy = drive.with_file_name(name);
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let before = self.writes();
            run("cp", &["--sparse=always", drive.to_str().unwrap(), copy.to_str().unwrap()]).unwrap();
            if self.writes() == before && before.1 == 0 {
                return Self::mount(copy).unwrap();
            }
            assert!(Instant::now() < deadline, "the device never rests");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How many writes the device has finished, and how many requests are under way.
    fn writes(&self) -> (u64, u64) {
        let mounts = fs::read_to_string("/proc/mounts").unwrap();
        let here = |line: &&str| line.split(' ').nth(1) == self.mounted.to_str();
        let device = mounts.lines().find(here).and_then(|line| line.split(' ').next()).unwrap();
        let device = device.trim_start_matches("/dev/");
        // Documentation/block/stat.rst: the 5th figure and the 9th.
        let stat = fs::read_to_string(format!("/sys/block/{device}/stat")).unwrap();
        let stat: Vec<u64> = stat.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        (stat[4], stat[8])
    }

    /// How many bytes are free.
    pub(super) fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(&self.mounted).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Fills it with one file until only this many bytes are free.
    pub(super) fn fill(&self, leave: u64) -> PathBuf {
        let path = self.mounted.join("filler");
        let mut file = File::create(&path).unwrap();
        let block = vec![1; 64 << 10];
        while self.free() > leave + block.len() as u64 {
            file.write_all(&block).unwrap();
        }
        file.sync_all().unwrap();
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A lazy one as the last resort: the loop device goes with the last user of the mount.
        let mounted = self.mounted.to_str().unwrap();
        let done = run("umount", &[mounted]).or_else(|_| run("umount", &["--lazy", mounted]));
        if let Err(why) = done {
            eprintln!("{mounted} is left mounted: {why}");
        }
        let _ = fs::remove_dir(&self.mounted);
        let _ = self.drive.as_ref().map(fs::remove_file);
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let done = Command::new(program).args(arguments).output();
    let done = done.map_err(|error| format!("{program}: {error}"))?;
    if done.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&done.stderr);
        Err(format!("{program} {}: {}", arguments.join(" "), said.trim()))
    }
}
