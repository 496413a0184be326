//! Records as bytes: MessagePack with field names, so that a field can be added with a default and old records still read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    rmp_serde::to_vec_named(value).map_err(|error| StoreError::Unreadable(error.to_string().into()))
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    rmp_serde::from_slice(bytes).map_err(|error| StoreError::Unreadable(error.to_string().into()))
}
