//! What the refusal of a write means, where the status does not say it.

use reqwest::StatusCode;

use super::words::Element;
use super::{Error, Kind, Origin};
use crate::call::Endpoint;

impl Error {
    /// The issue has as many comments, attachments or links as it may have (413).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.has_status(413) && self.is_of_write() && self.is_from(Origin::Jira)
    }

    /// The step of the workflow cannot be made (400): it is unknown or not offered, its condition
    /// fails, or somebody else has moved the issue meanwhile. Without the right to move issues none is
    /// offered.
    ///
    /// Jira has no sign for it but its sentence, which every call asks for in English.
    #[must_use]
    pub fn is_step_not_possible(&self) -> bool {
        let is_told =
            self.says("is not valid for this") || self.says("not valid for the current state");
        self.has_status(400) && self.0.endpoint.path.ends_with("/transitions") && is_told
    }

    /// The token's owner may not do this: [forbidden](Error::is_forbidden), or refused (400) with a
    /// sentence about a permission, as comments are.
    ///
    /// Not all such refusals can be told: an edit blames the fields instead. Where it matters, ask for
    /// the [permissions](crate::Site::my_permissions).
    #[must_use]
    pub fn is_not_permitted(&self) -> bool {
        let is_told =
            self.says("do not have the permission") || self.says("do not have permission");
        self.is_forbidden() || (self.has_status(400) && self.is_of_write() && is_told)
    }

    fn says(&self, words: &str) -> bool {
        self.messages().iter().any(|said| said.contains(words))
    }

    /// The refusal of one of several things: Jira's own, and a bad request where it tells no status.
    pub(crate) fn of_element(endpoint: Endpoint, element: Element) -> Self {
        let status = element
            .status
            .and_then(|code| StatusCode::from_u16(code).ok());
        let kind = Kind::Refused {
            status: status.unwrap_or(StatusCode::BAD_REQUEST),
            origin: Origin::Jira,
            words: element.words,
            limit: None,
        };
        Self::new(endpoint, kind)
    }

    /// What Jira says of single ones, where several things were asked for at once.
    pub(crate) fn elements(&self) -> &[Element] {
        match &self.0.kind {
            Kind::Refused { words, .. } => &words.elements,
            _ => &[],
        }
    }
}
