//! The shapes of the sites of a grant.

use serde::{Deserialize, Serialize};

/// The sites of a grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSites))]
pub struct Sites {
    /// Each site once, by name.
    pub sites: Vec<SiteView>,
}

/// A Jira site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraSite))]
pub struct SiteView {
    /// Atlassian's id of it (the cloud id).
    pub site_id: String,
    /// What people call it.
    pub site_name: String,
    /// The address where people open it; null if Atlassian does not tell.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub site_url: Option<String>,
    /// The address of its picture; null if it has none.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub avatar_url: Option<String>,
}
