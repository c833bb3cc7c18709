//! What a page shows of whose it is: our name, or the branding of the project that its flow is of.

use url::Url;

use crate::app::App;
use crate::project::ProjectId;

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Face<'a> {
    /// The path before every address of this server: see [`prefix`](super::prefix).
    pub(super) prefix: &'a str,
    /// The product's name.
    pub(super) name: Option<String>,
    /// Its picture.
    pub(super) logo: Option<Url>,
    /// Its colour, in six hexadecimal digits.
    pub(super) accent: Option<String>,
}

impl<'a> Face<'a> {
    /// Ours, below this prefix.
    #[must_use]
    pub fn plain(prefix: &'a str) -> Self {
        Self {
            prefix,
            name: None,
            logo: None,
            accent: None,
        }
    }

    /// That of a project; ours where it has none, or is not known.
    pub async fn of(app: &'a App, project: Option<ProjectId>) -> Self {
        let plain = Self::plain(super::prefix(app));
        let Some(project) = project else {
            return plain;
        };
        // A page without its colours is better than none.
        let Ok(Some(known)) = app.projects.known(project).await else {
            return plain;
        };
        let branding = &known.settings.branding;
        let (logo, accent) = (&branding.logo_url, &branding.accent_colour);
        Self {
            name: branding.name.clone(),
            logo: logo.as_deref().and_then(|logo| Url::parse(logo).ok()),
            accent: accent
                .as_deref()
                .map(|accent| accent.trim_start_matches('#').to_owned()),
            ..plain
        }
    }

    /// Whether it is ours.
    pub(super) fn is_plain(&self) -> bool {
        self.name.is_none() && self.logo.is_none()
    }
}
