//! File systems of our own, to fill and to cut the power of. They take root and loop devices; the tests say so where these
//! are not to be had, and pass.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A file system that is mounted nowhere: it is there for as long as somebody has something of it open. However a test
/// ends, the system then unmounts it by itself.
pub(super) struct Disk {
    root: File,
    path: PathBuf,
    /// The file that stands for the drive and the loop device in front of it, unless it is in memory.
    drive: Option<(PathBuf, String)>,
}

impl Disk {
    /// A new ext4 on a drive of this size.
    ///
    /// # Errors
    /// Why there can be none on this machine.
    pub(super) fn new(directory: &Path, name: &str, mib: u64) -> Result<Self, String> {
        let drive = directory.join(name);
        File::create(&drive).unwrap().set_len(mib << 20).unwrap();
        // All is made now, so that no thread of the kernel writes the rest later.
        let whole = "lazy_itable_init=0,lazy_journal_init=0";
        run("mkfs.ext4", &["-q", "-F", "-m", "0", "-E", whole, text(&drive)])?;
        Self::on(drive)
    }

    /// A new file system in memory. Nothing can be said of its drive.
    ///
    /// # Errors
    /// Why there can be none on this machine.
    pub(super) fn in_memory(directory: &Path, mib: u64) -> Result<Self, String> {
        Self::mount(directory, &["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"])
    }

    fn on(drive: PathBuf) -> Result<Self, String> {
        // The journal is written when somebody syncs, not every five seconds: that would save what nobody synced.
        let arguments = ["-o", "loop,commit=3600", text(&drive)];
        let mut disk = Self::mount(drive.parent().unwrap(), &arguments)?;
        let device = loop_device(&drive).ok_or("the loop device is not in /sys")?;
        disk.drive = Some((drive, device));
        Ok(disk)
    }

    fn mount(directory: &Path, arguments: &[&str]) -> Result<Self, String> {
        let place = tempfile::tempdir_in(directory).unwrap();
        run("mount", &[arguments, &[text(place.path())]].concat())?;
        let root = File::open(place.path());
        run("umount", &["--lazy", text(place.path())])?;
        let root = root.unwrap();
        // Other processes reach it through this one.
        let path = format!("/proc/{}/fd/{}", std::process::id(), root.as_raw_fd()).into();
        let drive = None;
        Ok(Self { root, path, drive })
    }

    /// The root of the file system.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The same drive as it would be found after a power cut at this moment, with its journal replayed.
    ///
    /// The file behind a loop device is the drive: what the file system has written to the device is in it. What waits in
    /// memory to be written is not, and nothing here makes the file system write. So that the copy is of one moment,
    /// whoever writes must have been frozen; a copy during which the kernel wrote something is made again.
    pub(super) async fn power_cut(&self, name: &str) -> Self {
        let (drive, device) = self.drive.as_ref().unwrap();
        let copy = drive.with_file_name(name);
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let before = activity(device);
            run("cp", &["--sparse=always", text(drive), text(&copy)]).unwrap();
            if activity(device) == before && before.1 == 0 {
                return Self::on(copy).unwrap();
            }
            assert!(Instant::now() < deadline, "the device never rests");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How many bytes are free.
    pub(super) fn free(&self) -> u64 {
        let disk = rustix::fs::fstatvfs(&self.root).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Fills it with one file until only this many bytes are free.
    pub(super) fn fill(&self, leave: u64) -> PathBuf {
        let path = self.path.join("filler");
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
        if let Some((drive, _)) = &self.drive {
            let _ = fs::remove_file(drive);
        }
    }
}

fn loop_device(drive: &Path) -> Option<String> {
    let devices = fs::read_dir("/sys/block").ok()?.map_while(Result::ok);
    let mut devices = devices.filter(|device| {
        let behind = fs::read_to_string(device.path().join("loop/backing_file"));
        behind.is_ok_and(|behind| Path::new(behind.trim_end()) == drive)
    });
    Some(devices.next()?.file_name().to_str()?.to_owned())
}

/// How many writes the device has finished, and how many requests are under way: the 5th figure and the 9th of
/// <https://docs.kernel.org/block/stat.html>.
fn activity(device: &str) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/sys/block/{device}/stat")).unwrap();
    let stat: Vec<u64> = stat.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    (stat[4], stat[8])
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
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
