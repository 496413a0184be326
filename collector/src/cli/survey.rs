//! `survey push` and `survey list`.

use std::path::Path;

use wire::Survey;

use super::client::{Called, Client, NOTHING};
use super::source::Source;
use crate::domain::names::is_survey_id;
use crate::domain::surveys::check;
use crate::http::{SurveyPushed, SurveySummary};

pub(super) async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let survey: Survey = source.parse()?;
    // The id is part of the address: without a sound one there is nothing to call.
    if !is_survey_id(&survey.id) {
        let problems = check(&survey, &client.settings.limits, client.settings.public_url.as_deref());
        return Err(source.refused("the survey is not valid; nothing was stored", &problems));
    }
    match client.call::<SurveyPushed>("PUT", &format!("/v1/surveys/{}", survey.id), Some(&survey)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(SurveyPushed { id, version, changed: true }) => {
            println!("Survey {id}: version {version} is in force.");
            Ok(())
        }
        Called::Done(SurveyPushed { id, version, changed: false }) => {
            println!("Survey {id}: nothing changed, version {version} stays in force.");
            Ok(())
        }
    }
}

pub(super) async fn list(client: &Client) -> anyhow::Result<()> {
    let surveys: Vec<SurveySummary> = client.call("GET", "/v1/surveys", NOTHING).await?.or_error()?;
    println!("{:<24} {:>7} {:>9}  {:<12} NAME", "SURVEY", "VERSION", "QUESTIONS", "LANGUAGES");
    for survey in surveys {
        let languages = survey.languages.join(",");
        println!(
            "{:<24} {:>7} {:>9}  {:<12} {}",
            survey.id, survey.version, survey.questions, languages, survey.name
        );
    }
    Ok(())
}
