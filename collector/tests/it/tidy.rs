//! The architecture's invariants, read from the source.

use std::fs;
use std::path::{Path, PathBuf};

/// Files under the first path may not name the words.
const NOT_NAMED: [(&str, &[&str]); 6] = [
    (
        "domain",
        &["crate::http", "crate::store", "crate::facts", "crate::cli", "tokio", "async", "Timestamp::now"],
    ),
    ("domain", &["SystemTime", "std::fs", "std::net"]),
    ("store", &["crate::http", "crate::cli", "crate::work"]),
    ("facts", &["crate::http", "crate::cli", "crate::store"]),
    ("http", &["crate::cli", "crate::work"]),
    ("work", &["crate::cli", "crate::http"]),
];

/// Only files under the path may name the word.
const NAMED_ONLY_IN: [(&str, &str); 5] = [
    ("sled", "store"),
    ("axum", "http"),
    ("lettre", "work"),
    ("tokio_rustls", "work"),
    ("mail_parser", "domain"),
];

/// The longest file, in lines.
const LONGEST: usize = 400;

fn collector() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file below a directory; what is built or hidden is none.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" {
            continue;
        } else if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// Where a file names a word, comments and its own tests aside.
fn places(path: &Path, word: &str) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let names = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.match_indices(word).any(|(at, _)| {
            let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
            !code[..at].ends_with(part_of_a_word) && !code[at + word.len()..].starts_with(part_of_a_word)
        })
    };
    let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
    let found = code.enumerate().filter(|(_, line)| names(line));
    found.map(|(i, line)| format!("{}:{}: {}", path.display(), i + 1, line.trim())).collect()
}

#[test]
fn each_layer_names_only_the_layers_below() {
    let mut wrong = Vec::new();
    for (directory, words) in NOT_NAMED {
        let mut files = sources(&collector().join(directory));
        assert!(!files.is_empty(), "{directory} is gone");
        files.extend(Some(collector().join(format!("{directory}.rs"))).filter(|path| path.exists()));
        for word in words {
            wrong.extend(files.iter().flat_map(|path| places(path, word)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_outside_thing_is_named_in_one_place() {
    let mut wrong = Vec::new();
    for (word, home) in NAMED_ONLY_IN {
        let (inside, outside): (Vec<_>, Vec<_>) =
            sources(&collector()).into_iter().partition(|path| path.starts_with(collector().join(home)));
        assert!(inside.iter().any(|path| !places(path, word).is_empty()), "{home} does not name {word}");
        wrong.extend(outside.iter().flat_map(|path| places(path, word)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let long: Vec<String> = sources(&root)
        .into_iter()
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let silent: Vec<String> = sources(&root)
        .into_iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no //! at the top of\n{}", silent.join("\n"));
}
