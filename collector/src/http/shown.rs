//! Reports in the form that is asked for: JSON, a table, a picture.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use wire::report::{AnswersReport, DriversReport, MovedReport, NpsReport, RankingReport, TargetsReport};

use super::App;
use super::asked::Asked;
use super::error::Error;
use super::output::{self, Accept, Format};
use crate::charts::Theme;
use crate::facts::BadQuery;
use crate::output::Table;
use crate::reports::pictures::{self, Heading};
use crate::reports::{Source, tables};

/// The forms of a report that can be drawn.
const ALL: [Format; 6] =
    [Format::Json, Format::Csv, Format::Excel, Format::Ndjson, Format::Parquet, Format::Svg];

/// A report.
pub(super) trait Report: Serialize {
    /// As rows and columns.
    fn table(&self) -> Table;

    /// As a picture, if there is one of its kind.
    const PICTURE: Option<fn(&Self, &Heading, Theme) -> String>;
}

/// How a report is to be shown: read before it is made, so that what cannot be had costs nothing.
pub(super) struct Shown {
    format: Format,
    theme: Theme,
    heading: Heading,
}

impl Shown {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// 406 for a form that the report does not have.
    pub(super) fn read<R: Report>(app: &App, accept: &Accept, asked: &Asked<'_>) -> Result<Self, Error> {
        let formats = if R::PICTURE.is_some() { &ALL[..] } else { &ALL[..5] };
        let format = accept.choose(asked.format, formats)?;
        let survey = asked.survey.and_then(|id| app.store.catalog().survey(id));
        let name =
            survey.map(|survey| if survey.name.is_empty() { survey.id.clone() } else { survey.name.clone() });
        let filters = asked.filters.iter().filter(|filter| !filter.trim().is_empty()).cloned().collect();
        Ok(Self { format, theme: output::theme(asked.theme)?, heading: Heading { survey: name, filters } })
    }

    /// The answer. It is written where the report is made: thousands of groups are some megabytes of JSON.
    ///
    /// # Errors
    /// When the report cannot be made, or not be written.
    pub(super) async fn reply<R: Report>(
        self,
        app: &App,
        make: impl FnOnce(&Source<'_>) -> Result<R, BadQuery> + Send + 'static,
    ) -> Result<Response, Error> {
        let Self { format, theme, heading } = self;
        let written = app.report(move |source| {
            let report = make(source)?;
            Ok(match (format, R::PICTURE) {
                (Format::Json, _) => Written::Whole(Json(report).into_response()),
                (Format::Svg, Some(draw)) => {
                    let name = report.table().name;
                    Written::Whole(output::picture(&name, draw(&report, &heading, theme)))
                }
                _ => Written::InChunks(report.table()),
            })
        });
        match written.await? {
            Written::Whole(response) => Ok(response),
            Written::InChunks(table) => output::table(format, table).await,
        }
    }
}

/// A report that was written, or is being written while it is sent.
enum Written {
    Whole(Response),
    InChunks(Table),
}

macro_rules! reports {
    ($($report:ty: $table:path, $picture:expr;)*) => {
        $(impl Report for $report {
            fn table(&self) -> Table {
                $table(self)
            }

            const PICTURE: Option<fn(&Self, &Heading, Theme) -> String> = $picture;
        })*
    };
}

reports! {
    NpsReport: tables::nps, Some(pictures::nps);
    MovedReport: tables::moved, None;
    DriversReport: tables::drivers, None;
    RankingReport: tables::ranking, Some(pictures::ranking);
    TargetsReport: tables::targets, None;
    AnswersReport: tables::answers, Some(pictures::answers);
}
