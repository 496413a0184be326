//! Why a person is not let in, or not let do something.

use axum::http::StatusCode;

/// Each variant names its status.
#[derive(Clone, Debug, thiserror::Error)]
pub(in crate::http) enum Refusal {
    /// 401: nobody signs in so. It is not said which of the two is wrong.
    #[error("nobody signs in with this address and this password")]
    SignIn,
    /// 401: the session has ended.
    #[error("the session has ended: sign in again")]
    SessionOver,
    /// 403: somebody else may.
    #[error("the role {role} does not allow this: it takes an admin, or an API key with the scope {scope:?}")]
    Role {
        /// The person's.
        role: &'static str,
        /// What a key would need.
        scope: &'static str,
    },
    /// 403: it comes from a page that is not ours.
    #[error(
        "a session is used by the collector's own pages alone, and this request does not say that it comes from one"
    )]
    OtherSite,
    /// 403: somebody between browser and collector could read along.
    #[error("passwords are taken over https alone, but on the machine itself")]
    NotSecret,
    /// 410: the link works no more.
    #[error("this link sets no password: it was used, it has expired, or a newer one was made")]
    Welcome,
}

impl Refusal {
    pub(in crate::http) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn | Self::SessionOver => StatusCode::UNAUTHORIZED,
            Self::Role { .. } | Self::OtherSite | Self::NotSecret => StatusCode::FORBIDDEN,
            Self::Welcome => StatusCode::GONE,
        }
    }

    /// The stable name of the problem.
    pub(in crate::http) fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in_refused",
            Self::SessionOver => "session_over",
            Self::Role { .. } => "role_missing",
            Self::OtherSite => "other_site",
            Self::NotSecret => "not_secret",
            Self::Welcome => "expired_welcome",
        }
    }
}
