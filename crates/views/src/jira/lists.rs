//! The shapes of lists of what there is in a Jira.

use serde::{Deserialize, Serialize};

use super::finding::{
    FieldView, IssueTypeView, PriorityView, ResolutionView, UserView, WritableFieldView,
};

/// The types of issues.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraIssueTypes))]
pub struct IssueTypes {
    /// In the project's order.
    pub issue_types: Vec<IssueTypeView>,
}

/// The priorities of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraPriorities))]
pub struct Priorities {
    /// The most urgent first.
    pub priorities: Vec<PriorityView>,
}

/// The resolutions of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraResolutions))]
pub struct Resolutions {
    /// In the site's order.
    pub resolutions: Vec<ResolutionView>,
}

/// The labels of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraLabels))]
pub struct Labels {
    /// Those of all projects together.
    pub labels: Vec<String>,
}

/// The fields of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraFields))]
pub struct Fields {
    /// Built in and custom.
    pub fields: Vec<FieldView>,
}

/// Fields that an issue can be given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraWritableFields))]
pub struct WritableFields {
    /// Each of them.
    pub fields: Vec<WritableFieldView>,
}

/// People.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JiraUsers))]
pub struct Users {
    /// Each once.
    pub users: Vec<UserView>,
}
