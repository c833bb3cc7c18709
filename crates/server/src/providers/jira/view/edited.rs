//! The shape of what was changed.

use std::collections::BTreeMap;

use juncture_views::jira::edited::Lost;

/// The same by text.
#[derive(Default)]
pub(crate) struct Losses {
    pub(crate) of_description: Lost,
    /// By the ids of the fields; of those alone that have lost something.
    pub(crate) of_fields: BTreeMap<String, Lost>,
}
