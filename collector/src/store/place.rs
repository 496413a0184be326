//! Places on the work list: where a page ends, and the next one goes on.

use crate::domain::cases::CaseId;

/// A place in the order of the list: the open ones by what is due first, then the closed ones, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whether it is closed.
    pub closed: bool,
    /// What orders them: until when something is due, in milliseconds.
    pub due: i64,
    /// The number; of closed ones counted backwards.
    pub number: i64,
}

impl Place {
    pub(super) fn new(open: bool, due: i64, id: CaseId) -> Self {
        let number = i64::try_from(id.0).unwrap_or(i64::MAX);
        match open {
            true => Self { closed: false, due, number },
            false => Self { closed: true, due: 0, number: -number },
        }
    }

    /// As a text that is handed out and comes back.
    pub fn written(&self) -> String {
        format!("{}.{}.{}", u8::from(self.closed), self.due, self.number)
    }

    /// Reads such a text.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let closed = match parts.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { closed, due: parts.next()?.parse().ok()?, number: parts.next()?.parse().ok()? })
    }
}
