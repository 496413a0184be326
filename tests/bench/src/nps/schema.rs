//! The rows as tables: the same for both rivals, but for what they call their types.

use std::path::Path;

use crate::rows::{self, ATTRIBUTES};

/// How a database calls what it keeps.
pub(super) struct Dialect {
    /// A number below 256.
    pub(super) small: &'static str,
    /// What comes before `TABLE`.
    pub(super) kind: &'static str,
}

pub(super) const DUCKDB: Dialect = Dialect { small: "UTINYINT", kind: "" };

/// Unlogged: what is measured is reading.
pub(super) const POSTGRES: Dialect = Dialect { small: "smallint", kind: "UNLOGGED" };

/// Statements that make the tables. Columns of few texts are enumerations, the narrowest and fastest form of text in both.
pub(super) fn tables(dialect: &Dialect) -> Vec<String> {
    let values =
        |values: Vec<String>| values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ");
    let kinds = rows::enumerations().into_iter();
    let mut all: Vec<String> =
        kinds.map(|(name, known)| format!("CREATE TYPE {name}_value AS ENUM ({})", values(known))).collect();
    let Dialect { small, kind } = dialect;
    let columns = ATTRIBUTES.map(|(name, _)| match name {
        "value" => "value smallint".to_owned(),
        name => format!("{name} {name}_value"),
    });
    all.push(format!(
        "CREATE {kind} TABLE responses (given timestamp, score {small}, agent agent_value, {}, care {small}, why why_value[])",
        columns.join(", ")
    ));
    all.push(format!(
        "CREATE {kind} TABLE memberships (agent agent_value, team team_value, since timestamp, until timestamp)"
    ));
    all
}

/// Has DuckDB read the rows from their file.
pub(super) fn read_rows(csv: &Path) -> String {
    let columns: Vec<String> = rows::head().split(',').map(|name| format!("'{name}': 'VARCHAR'")).collect();
    format!(
        "INSERT INTO responses SELECT * REPLACE (CASE WHEN why = '{{}}' THEN [] ELSE string_split(trim(why, '{{}}'), ',') END AS why) \
         FROM read_csv('{}', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{}}})",
        csv.display(),
        columns.join(", ")
    )
}
