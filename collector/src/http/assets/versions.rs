//! Versions of the widget that pages are pinned to: each collector leaves its own in the data directory, and every later one
//! serves them. A version is some 300 kB, and is never removed: nobody knows which pages still name it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{EMBEDDED, Embedded};

/// The directory that versions are kept in.
#[derive(Clone)]
pub struct Versions(Arc<Path>);

impl Versions {
    /// Those in this data directory.
    pub fn in_directory(directory: &Path) -> Self {
        Self(directory.join("widget").into())
    }

    /// Keeps the version in this binary.
    ///
    /// # Errors
    /// When it cannot be written; what is there already stays.
    pub fn keep(&self) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        EMBEDDED.iter().try_for_each(|file| self.keep_file(file))
    }

    fn keep_file(&self, file: &Embedded) -> io::Result<()> {
        for (ending, bytes) in [(".br", file.brotli), (".gz", file.gzip), ("", file.plain)] {
            let path = self.path(file.name, ending);
            if fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64) {
                continue;
            }
            // Whole or not at all: a page would be refused half of one.
            let unfinished = self.path(file.name, &format!("{ending}.unfinished"));
            fs::write(&unfinished, bytes)?;
            fs::rename(unfinished, path)?;
        }
        Ok(())
    }

    /// What an earlier collector left by this name.
    pub(super) async fn read(&self, name: &str, ending: &str) -> Option<Vec<u8>> {
        if !is_name(name) {
            return None;
        }
        let path = self.path(name, ending);
        tokio::task::spawn_blocking(move || fs::read(path)).await.ok()?.ok()
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.0.join(format!("{name}{ending}"))
    }
}

/// `hearback-0123456789abcdef.js` or `widget-0123456789abcdef.wasm`: nothing that could lead anywhere else.
fn is_name(name: &str) -> bool {
    let version = |start, end| name.strip_prefix(start).and_then(|rest: &str| rest.strip_suffix(end));
    version("hearback-", ".js").or_else(|| version("widget-", ".wasm")).is_some_and(|version| {
        version.len() == 16 && version.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn only_names_that_a_collector_gives_are_looked_for() {
        for name in ["hearback-0123456789abcdef.js", "widget-0123456789abcdef.wasm"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "hearback-0123456789abcde.js",
            "hearback-0123456789ABCDEF.js",
            "hearback-../../etc/passwd.js",
            "hearback-0123456789abcdef.js.br",
            "widget-0123456789abcdef.js",
            "widget-0123456789abcdé.wasm",
            "hearback.js",
            "",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
