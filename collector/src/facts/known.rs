//! What there is: for those who need to know before they have seen every row.

use super::Facts;
use super::column::ABSENT;
use super::columns::SURVEY;
use super::segment::{ROWS, Segment};

impl Facts {
    /// The row that the next new response will have, or one after it.
    pub fn end(&self) -> u64 {
        let inner = self.read();
        let segments = &inner.responses.segments;
        let whole = segments.len().saturating_sub(1) * ROWS;
        (whole + segments.last().map_or(0, |segment| segment.len())) as u64
    }

    /// The names of the attributes that some response to this survey has, or any response, in order.
    pub fn attribute_names(&self, survey: Option<&str>) -> Vec<String> {
        let inner = self.read();
        let surveys = &inner.columns.dictionaries[SURVEY];
        let code = survey.map(|survey| surveys.find(survey).unwrap_or(UNUSED));
        let places = inner.columns.attributes.iter().map(|(name, place)| (name.to_string(), *place));
        let mut places: Vec<(String, usize)> = places.collect();
        let segments = inner.responses.segments.clone();
        drop(inner);
        places.retain(|(_, place)| segments.iter().any(|segment| segment.has(*place, code)));
        let mut names: Vec<String> = places.into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }
}

/// A code that no value has.
const UNUSED: u32 = u32::MAX;

impl Segment {
    /// Whether some row, of the survey with this code, has a value in the column of this place.
    fn has(&self, place: usize, survey: Option<u32>) -> bool {
        let Some(codes) = self.column(place) else {
            return false;
        };
        let mut of_survey = vec![survey.is_none(); self.len()];
        if let (Some(survey), Some(surveys)) = (survey, self.column(SURVEY)) {
            surveys.each(self.len(), |row, code| of_survey[row] = code == survey);
        }
        let mut found = false;
        codes.each(self.len(), |row, code| found |= code != ABSENT && of_survey[row]);
        found
    }
}
