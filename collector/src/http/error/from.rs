//! What goes wrong below, as what a caller hears of it.

use wire::FieldProblem;

use super::Error;
use crate::facts::BadQuery;
use crate::store::{ChangeError, PersonError, RecordError, StoreError};

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable(_) => Self::Internal(error.to_string()),
            _ => Self::Unavailable(error),
        }
    }
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::UnknownToken => Self::TokenUnknown,
            RecordError::Refused(refusal) => Self::Refused(refusal),
            RecordError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(problems) => Self::Invalid("change of the organisation", problems),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl From<BadQuery> for Error {
    fn from(error: BadQuery) -> Self {
        Self::Query(error.to_string(), Vec::new())
    }
}

impl From<PersonError> for Error {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::Invalid(problems) => Self::Invalid("person", problems),
            PersonError::Many(most) => {
                let detail = format!("there are {most} already (people.people)");
                Self::Invalid("person", vec![FieldProblem::new("id", detail)])
            }
            PersonError::Store(error) => error.into(),
        }
    }
}
