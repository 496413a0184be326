//! A TOML file that somebody wrote, and where in it something is wrong.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};
use wire::FieldProblem;

pub(super) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The value the file describes. A key that means nothing is an error: most are misspelt.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        let name = self.path.display();
        let mut unknown = Vec::new();
        let deserializer =
            toml::Deserializer::parse(&self.text).with_context(|| format!("{name} is not valid TOML"))?;
        let value = serde_ignored::deserialize(deserializer, |path| unknown.push(path.to_string()))
            .with_context(|| format!("{name} is not valid"))?;
        let unknown: Vec<_> = unknown.iter().map(|path| self.at(path, "there is no such key")).collect();
        anyhow::ensure!(unknown.is_empty(), "{name} is not valid:{}", unknown.concat());
        Ok(value)
    }

    /// What was refused, each with its line.
    pub(super) fn refused(&self, detail: &str, fields: &[FieldProblem]) -> anyhow::Error {
        let mut said = format!("{}: {detail}", self.path.display());
        for field in fields {
            said += &self.at(&field.path, &field.detail);
        }
        anyhow::anyhow!(said)
    }

    fn at(&self, path: &str, detail: &str) -> String {
        let mut said = String::from("\n  ");
        if let Some(line) = line_of(&self.text, path) {
            let _ = write!(said, "line {line}: ");
        }
        if !path.is_empty() {
            let _ = write!(said, "{path}: ");
        }
        said + detail
    }
}

/// The line of a path such as `questions[1].text.ar`: of the value, or of the nearest thing around it that is there.
fn line_of(text: &str, path: &str) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut place = None;
    let mut table = Some(document.get_ref());
    let mut array = None;
    for step in path.replace('[', ".").replace(']', "").split('.').filter(|step| !step.is_empty()) {
        let value = match (table, array) {
            (Some(table), _) => {
                table.iter().find(|(key, _)| key.get_ref() == step).map(|(key, value)| (key.span(), value))
            }
            (None, Some(array)) => step.parse::<usize>().ok().and_then(|i| {
                let array: &toml::de::DeArray<'_> = array;
                array.get(i).map(|value| (value.span(), value))
            }),
            (None, None) => None,
        };
        let Some((span, value)) = value else { break };
        place = Some(span.start);
        (table, array) = match value.get_ref() {
            DeValue::Table(table) => (Some(table), None),
            DeValue::Array(array) => (None, Some(array)),
            _ => (None, None),
        };
    }
    place.map(|place| text[..place].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "id = \"x\"\n\n[[questions]]\nid = \"a\"\n\n[[questions]]\nid = \"b\"\ntext = { en = \"e\" }\n\n[thanks.promoter]\ntitle.en = \"t\"\n";

    #[test]
    fn a_path_leads_to_its_line() {
        assert_eq!(line_of(TEXT, "id"), Some(1));
        assert_eq!(line_of(TEXT, "questions[1].id"), Some(7));
        assert_eq!(line_of(TEXT, "questions[1].text.en"), Some(8));
        assert_eq!(line_of(TEXT, "thanks.promoter.title.en"), Some(11));
    }

    #[test]
    fn what_is_missing_is_told_by_what_is_around_it() {
        assert_eq!(line_of(TEXT, "questions[1].text.ar"), Some(8));
        assert_eq!(line_of(TEXT, "questions[0].kind"), Some(3));
        assert_eq!(line_of(TEXT, "page"), None);
    }
}
