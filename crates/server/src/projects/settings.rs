//! The settings of a project, read strictly: what is misspelt or unfit is named, and nothing is ignored.

use juncture_views::admin;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::environment::reader::{parse_web_url, web_origin};
use crate::store::projects::ProjectRow;
use crate::store::{self, StoreError};

/// The most origins or return URLs of a project.
const MOST_ADDRESSES: usize = 100;

/// The longest address, in bytes.
const LONGEST_ADDRESS: usize = 2_048;

/// The longest name of a brand, in characters.
const LONGEST_BRAND: usize = 80;

/// The most requests a minute that a limit may say; more is no limit.
const MOST_REQUESTS: u32 = 10_000_000;

/// What is set for a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AdminGivenSettings)]
pub struct Settings {
    /// The web origins whose scripts may call the frontend API for it.
    pub allowed_origins: Vec<String>,
    /// The addresses that a browser may be sent back to: these, and what is below them. None is any of
    /// `allowed_origins`, and of those that the server is told.
    pub allowed_return_urls: Vec<String>,
    /// What its hosted pages show.
    pub branding: Branding,
    /// Whether a flow begins by a connect session alone.
    pub require_connect_sessions: bool,
    /// Whether the environment's OAuth apps serve it where it has none of its own.
    pub may_use_default_apps: bool,
    /// How much it may ask for.
    pub limits: Limits,
}

/// What the hosted pages of a project show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AdminGivenBranding)]
pub struct Branding {
    /// The product's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The colour of buttons and links: `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_colour: Option<String>,
}

/// How much a project may ask for, in each process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AdminGivenLimits)]
pub struct Limits {
    /// Calls of the backend API a minute, with all its keys together; none is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// Calls of the frontend API a minute from one address; none is what holds for the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_requests_per_minute: Option<u32>,
}

impl Settings {
    /// Those of a new project.
    pub fn parse(given: &Value) -> Result<Self, Problem> {
        Self::default().change(given)
    }

    /// These, changed as `given` says: what it names is replaced, `null` resets (RFC 7396).
    pub fn change(&self, given: &Value) -> Result<Self, Problem> {
        let mut whole = serde_json::to_value(self).expect("settings are plain data");
        if !given.is_object() {
            return Err(Problem::invalid("settings", "must be an object"));
        }
        // A struct would be read from a list as well.
        for group in ["branding", "limits"] {
            let is_fit = |value: &Value| value.is_object() || value.is_null();
            if given.get(group).is_some_and(|value| !is_fit(value)) {
                return Err(Problem::invalid(
                    format!("settings.{group}"),
                    "must be an object",
                ));
            }
        }
        merge(&mut whole, given);
        let read = serde_path_to_error::deserialize(whole);
        let settings: Self = read.map_err(|refused| {
            let path = refused.path().to_string();
            let field = match path.as_str() {
                "." => "settings".to_owned(),
                path => format!("settings.{path}"),
            };
            Problem::invalid(field, refused.into_inner().to_string())
        })?;
        settings.check()
    }

    /// Those of a row.
    pub(super) fn of_row(row: &ProjectRow) -> store::Result<Self> {
        juncture_json::decode(&row.settings)
            .map_err(|_| StoreError::unreadable("project", "settings", row.project_id))
    }

    /// As they stand in a row.
    pub(super) fn to_row(&self) -> String {
        serde_json::to_string(self).expect("settings are plain data")
    }

    /// As they are told.
    #[must_use]
    pub fn view(&self) -> admin::Settings {
        admin::Settings {
            allowed_origins: self.allowed_origins.clone(),
            allowed_return_urls: self.allowed_return_urls.clone(),
            branding: admin::Branding {
                name: self.branding.name.clone(),
                logo_url: self.branding.logo_url.clone(),
                accent_colour: self.branding.accent_colour.clone(),
            },
            require_connect_sessions: self.require_connect_sessions,
            may_use_default_apps: self.may_use_default_apps,
            limits: admin::Limits {
                requests_per_minute: self.limits.requests_per_minute,
                public_requests_per_minute: self.limits.public_requests_per_minute,
            },
        }
    }

    /// The same, if each value is fit; origins as browsers write them.
    fn check(mut self) -> Result<Self, Problem> {
        for (index, origin) in self.allowed_origins.iter_mut().enumerate() {
            *origin = web_origin(origin).ok_or_else(|| {
                let field = format!("settings.allowed_origins[{index}]");
                Problem::invalid(
                    field,
                    "must be an origin: scheme, host and port, no path, no `*`",
                )
            })?;
        }
        for (index, url) in self.allowed_return_urls.iter().enumerate() {
            let field = format!("settings.allowed_return_urls[{index}]");
            check_address(&field, url)?;
        }
        for (field, list) in [
            ("settings.allowed_origins", &self.allowed_origins),
            ("settings.allowed_return_urls", &self.allowed_return_urls),
        ] {
            if list.len() > MOST_ADDRESSES {
                let reason = format!("must have at most {MOST_ADDRESSES} entries");
                return Err(Problem::invalid(field, reason));
            }
        }
        self.branding.check()?;
        self.limits.check()?;
        Ok(self)
    }
}

impl Branding {
    fn check(&self) -> Result<(), Problem> {
        if let Some(name) = &self.name
            && !is_a_name(name, LONGEST_BRAND)
        {
            let reason = format!(
                "must be 1 to {LONGEST_BRAND} characters, none of them a control character"
            );
            return Err(Problem::invalid("settings.branding.name", reason));
        }
        if let Some(url) = &self.logo_url {
            check_address("settings.branding.logo_url", url)?;
        }
        if let Some(colour) = &self.accent_colour {
            let digits = colour.strip_prefix('#').unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let reason = "must be a colour such as `#0052cc`";
                return Err(Problem::invalid("settings.branding.accent_colour", reason));
            }
        }
        Ok(())
    }
}

impl Limits {
    fn check(&self) -> Result<(), Problem> {
        for (name, limit) in [
            ("requests_per_minute", self.requests_per_minute),
            (
                "public_requests_per_minute",
                self.public_requests_per_minute,
            ),
        ] {
            if limit.is_some_and(|limit| !(1..=MOST_REQUESTS).contains(&limit)) {
                let reason = format!("must be a number from 1 to {MOST_REQUESTS}");
                return Err(Problem::invalid(format!("settings.limits.{name}"), reason));
            }
        }
        Ok(())
    }
}

/// Whether a text can be the name of something.
pub(super) fn is_a_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.chars().count())
        && !text.chars().any(char::is_control)
        && text.trim() == text
}

/// Makes sure that a text is the whole address of something on the web, without a user or a fragment.
pub(super) fn check_address(field: &str, text: &str) -> Result<Url, Problem> {
    let url = parse_web_url(text).filter(|url| {
        let has_user = !url.username().is_empty() || url.password().is_some();
        text.len() <= LONGEST_ADDRESS && !has_user && url.fragment().is_none()
    });
    url.ok_or_else(|| {
        let reason = "must be a whole URL that begins with http:// or https://, without a user and without a `#`";
        Problem::invalid(field, reason)
    })
}

/// JSON Merge Patch (RFC 7396 §2).
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Map::new().into();
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.as_str()).or_insert(Value::Null), value);
        }
    }
}
