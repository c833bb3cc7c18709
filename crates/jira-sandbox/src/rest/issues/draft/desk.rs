//! Writes of the fields of help desks. What Jira says of wrong values is nowhere recorded.

use serde_json::Value;

use super::{Draft, read};
use crate::gateway::FieldSentence;
use crate::world::FieldValue;

impl Draft<'_> {
    /// A kind of request by its bare id, as a text, or by the keys of its project and its own.
    pub(super) fn read_request_type(&self, value: &Value) -> Result<FieldValue, FieldSentence> {
        let wanted = read::text(value)?;
        let project = self.project;
        let mut own = self.site.request_types.iter();
        let found = own.find(|row| {
            let key = format!("{}/{}", project.key, row.key);
            let is_named = row.id.to_string() == wanted || key.eq_ignore_ascii_case(wanted);
            row.project == project.id && is_named
        });
        let unknown = || FieldSentence::UnknownRow("Request type", format!("'{wanted}'"));
        let found = found.ok_or_else(unknown)?;
        Ok(FieldValue::Rows(vec![found.id]))
    }

    /// An organisation by its bare id, as a number.
    pub(super) fn read_organization(&self, value: &Value) -> Result<u64, FieldSentence> {
        let id = value.as_u64().ok_or(FieldSentence::BadNumber)?;
        let found = self.site.organization(id);
        let unknown = || FieldSentence::UnknownRow("Organization", format!("id '{id}'"));
        found.map(|row| row.id).ok_or_else(unknown)
    }

    /// An object of Assets: by its workspace and its id there, or by the one id that says both.
    pub(super) fn read_asset(&self, value: &Value) -> Result<u64, FieldSentence> {
        let assets = &self.site.assets;
        let member = |name: &str| value[name].as_str().unwrap_or_default();
        let (global, workspace) = (member("id"), member("workspaceId"));
        let id = match global.split_once(':') {
            Some((own, id)) if own == assets.workspace => id,
            None if workspace == assets.workspace => member("objectId"),
            _ => "",
        };
        let id = id.parse().ok().filter(|id| assets.label(*id).is_some());
        id.ok_or_else(|| FieldSentence::UnknownRow("Object", format!("id '{global}'")))
    }
}
