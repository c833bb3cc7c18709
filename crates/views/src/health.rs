//! The shapes of how the server is.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use words::{Fine, NotReadyCode, PartState};

/// The process lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ServerHealth))]
pub struct Health {
    /// Always `ok`.
    #[cfg_attr(feature = "openapi", schema(value_type = Fine))]
    pub status: Cow<'static, str>,
}

/// The server can work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ServerReadiness))]
pub struct Readiness {
    /// Always `ok`.
    #[cfg_attr(feature = "openapi", schema(value_type = Fine))]
    pub status: Cow<'static, str>,
    /// Each part.
    pub checks: Checks,
}

/// The server cannot work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ServerUnreadiness))]
pub struct Unreadiness {
    /// A sentence, the same for ever.
    pub error: Cow<'static, str>,
    /// A stable slug for programs.
    #[cfg_attr(feature = "openapi", schema(value_type = NotReadyCode))]
    pub code: Cow<'static, str>,
    /// Each part.
    pub checks: Checks,
}

/// What the server cannot work without.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ServerChecks))]
pub struct Checks {
    /// Whether the store takes writes.
    #[cfg_attr(feature = "openapi", schema(value_type = PartState))]
    pub store: Cow<'static, str>,
    /// Whether the cache answers.
    #[cfg_attr(feature = "openapi", schema(value_type = PartState))]
    pub cache: Cow<'static, str>,
}

#[cfg(feature = "openapi")]
pub mod words {
    //! The words, for the document of the API.

    use crate::schema::schema;

    schema!(
        /// It does as it should.
        Fine as "ServerFine", one of ["ok"]
    );

    schema!(
        /// Whether a part of the server answers.
        PartState as "ServerPartState", one of ["ok", "unavailable"]
    );

    schema!(
        /// Why the server cannot work.
        NotReadyCode as "ServerNotReadyCode", one of ["not_ready"]
    );
}
