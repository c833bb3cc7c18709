//! Rich texts of an issue that are edited as Markdown: what Markdown cannot say stays.
//!
//! So the present ones are read first, all by one call. If they cannot be, nothing is written: to
//! write without having read would destroy what the caller never saw. Jira has no versions of a text,
//! so what somebody else changes between the reading and the writing is lost, as it is in Jira's own
//! editor.

use std::collections::BTreeMap;

use juncture_jira::adf::Document;
use juncture_jira::{Change, IssueChanges};
use juncture_views::jira::edited::Lost;
use serde_json::Value;

use super::revision::{must_allow, revise};
use crate::providers::jira::failure::{Absent, OperationError, RichText};
use crate::providers::jira::names::IssueIdOrKey;
use crate::providers::jira::site::JiraSite;
use crate::providers::jira::view::edited::Losses;

/// The scopes that reading the present texts needs.
const SCOPES: &[&str] = &["read:jira-work"];

/// The id of the description.
const DESCRIPTION: &str = "description";

/// Texts as Markdown by the ids of their fields, with the documents that these alone would make.
#[derive(Default)]
pub(super) struct Texts(BTreeMap<String, (String, Change<Document>)>);

impl Texts {
    /// Takes the texts out of the changes. `description` is the Markdown of its own parameter, `others`
    /// that of any fields.
    pub(super) fn of(
        changes: &mut IssueChanges,
        description: Option<String>,
        others: BTreeMap<String, String>,
    ) -> Self {
        // By whichever way it is given, the description has one place.
        if let Some(value) = changes.extra.remove(DESCRIPTION) {
            changes.description = match value.get() {
                "null" => Change::Clear,
                _ => Change::Set(Document::from(value)),
            };
        }
        let description = description.map(|markdown| (DESCRIPTION.to_owned(), markdown));
        let texts = others.into_iter().chain(description);
        let texts = texts.map(|(id, markdown)| {
            let document = if id == DESCRIPTION {
                std::mem::take(&mut changes.description)
            } else {
                match changes.extra.remove(&id) {
                    Some(value) if value.get() != "null" => Change::Set(Document::from(value)),
                    _ => Change::Clear,
                }
            };
            (id, (markdown, document))
        });
        Self(texts.collect())
    }

    /// The Markdown of the description.
    pub(super) fn description(&self) -> Option<&str> {
        let (markdown, _) = self.0.get(DESCRIPTION)?;
        Some(markdown)
    }

    /// Puts into the changes what to write, and tells what that takes away.
    pub(super) async fn revise(
        self,
        site: &JiraSite,
        issue: &IssueIdOrKey,
        changes: &mut IssueChanges,
        allow_media_loss: bool,
    ) -> Result<Losses, OperationError> {
        let mut losses = Losses::default();
        if self.0.is_empty() {
            return Ok(losses);
        }
        let ids: Vec<String> = self.0.keys().cloned().collect();
        let read = site.ask(SCOPES, {
            let issue = issue.clone();
            async move |site| {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                site.field_values(issue.as_str(), &ids).await
            }
        });
        let mut present = read.await.map_err(|error| error.about(Absent::Issue))?;
        let mut lost_media = Vec::new();
        for (id, (markdown, new)) in self.0 {
            let text = if id == DESCRIPTION {
                RichText::Description
            } else {
                RichText::Field(id.clone())
            };
            let present = present.remove(&id).filter(|value| value.get() != "null");
            let mut revision = revise(&text, present, &markdown, new).await?;
            lost_media.extend(revision.lost_media(text));
            if id == DESCRIPTION {
                changes.description = revision.change;
                losses.of_description = revision.lost;
                continue;
            }
            match revision.change {
                Change::Keep => {}
                Change::Clear => changes.extra.set(&id, &Value::Null),
                Change::Set(document) => changes.extra.set(&id, &document),
            }
            losses.add(id, revision.lost);
        }
        must_allow(allow_media_loss, lost_media)?;
        Ok(losses)
    }
}

impl Losses {
    fn add(&mut self, id: String, lost: Lost) {
        if !lost.is_empty() {
            self.of_fields.insert(id, lost);
        }
    }
}
