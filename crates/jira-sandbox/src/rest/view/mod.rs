//! Rows as the JSON that Jira writes, for one caller.

mod actions;
mod board;
mod comment;
mod custom;
mod history;
mod issue;
mod membership;
mod metadata;
mod project;
mod properties;
mod selection;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

pub(super) use issue::worklogs;
pub(crate) use project::PROJECT_EXPANSIONS;
pub(super) use properties::AskedProperties;
pub(super) use selection::Fields;
pub(crate) use selection::ISSUE_EXPANSIONS;

use crate::gateway::{Caller, avatar};
use crate::options::Switches;
use crate::sandbox::State;
use crate::world::{
    Category, Component, IssueType, Language, Person, Priority, Resolution, SecurityLevel, Site,
    Status, StatusCategory, Version,
};

/// A site seen by a caller: links lead through the caller's gateway, names are in the caller's
/// language.
pub(super) struct View<'a> {
    caller: &'a Caller,
    pub(super) site: &'a Site,
    people: &'a [Person],
    state: &'a State,
    switches: &'a Switches,
    /// The day where the site is.
    today: Date,
    /// Whether the issues shown are some of many.
    is_list: bool,
}

impl<'a> View<'a> {
    /// The caller's site.
    pub(super) fn new(caller: &'a Caller, state: &'a State) -> Self {
        let site = &state.world.sites[caller.site];
        let zone = TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC);
        Self {
            caller,
            today: state.clock.now().to_zoned(zone).date(),
            site,
            people: &state.world.people,
            state,
            switches: &state.switches,
            is_list: false,
        }
    }

    /// The same for an issue which is one of many, where Jira cuts what hangs on it.
    pub(super) fn of_list(caller: &'a Caller, state: &'a State) -> Self {
        Self {
            is_list: true,
            ..Self::new(caller, state)
        }
    }

    fn named<'b>(&self, english: &'b str, korean: &'b str) -> &'b str {
        match self.caller.name_language {
            Language::English => english,
            Language::Korean => korean,
        }
    }

    fn avatars(&self, name: &str) -> Value {
        let address = avatar(&self.caller.origin, name);
        json!({"48x48": address, "24x24": address, "16x16": address, "32x32": address})
    }

    /// A person, with the address only where the privacy settings show it.
    pub(super) fn person(&self, index: usize) -> Value {
        let person = &self.people[index];
        let account_id = &person.account_id;
        let encoded: String = url::form_urlencoded::byte_serialize(account_id.as_bytes()).collect();
        let mut body = json!({
            "self": self.caller.link(&format!("user?accountId={encoded}")),
            "accountId": account_id,
            "accountType": person.kind.word(),
            "avatarUrls": self.avatars(&person.display_name),
            "displayName": person.display_name,
            "active": person.is_active,
            "timeZone": person.time_zone,
        });
        if person.shows_email {
            body["emailAddress"] = person.email.as_str().into();
        }
        body
    }

    /// A status with its category.
    pub(super) fn status(&self, status: &Status) -> Value {
        let name = self.named(&status.name, &status.korean);
        let mut body = json!({
            "self": self.caller.link(&format!("status/{}", status.id)),
            "description": "",
            "iconUrl": avatar(&self.caller.origin, &status.name),
            "name": name,
            "id": status.id.to_string(),
            "statusCategory": self.status_category(status.category),
        });
        add_scope(&mut body, status.project);
        body
    }

    /// A status category; its key is the only name that is never translated.
    pub(super) fn status_category(&self, category: StatusCategory) -> Value {
        json!({
            "self": self.caller.link(&format!("statuscategory/{}", category.id())),
            "id": category.id(),
            "key": category.key(),
            "colorName": category.color(),
            "name": category.name(self.caller.name_language),
        })
    }

    /// The category of statuses that have none.
    pub(super) fn no_category(&self) -> Value {
        json!({
            "self": self.caller.link("statuscategory/1"),
            "id": 1,
            "key": "undefined",
            "colorName": "medium-gray",
            "name": self.named("No Category", "카테고리 없음"),
        })
    }

    /// A priority.
    pub(super) fn priority(&self, priority: &Priority) -> Value {
        json!({
            "self": self.caller.link(&format!("priority/{}", priority.id)),
            "statusColor": priority.color,
            "description": "",
            "iconUrl": avatar(&self.caller.origin, &priority.name),
            "name": self.named(&priority.name, &priority.korean),
            "id": priority.id.to_string(),
        })
    }

    /// A resolution.
    pub(super) fn resolution(&self, resolution: &Resolution) -> Value {
        json!({
            "self": self.caller.link(&format!("resolution/{}", resolution.id)),
            "id": resolution.id.to_string(),
            "name": self.named(&resolution.name, &resolution.korean),
            "description": resolution.description,
        })
    }

    /// A level of issue security.
    pub(super) fn security_level(&self, level: &SecurityLevel) -> Value {
        json!({
            "self": self.caller.link(&format!("securitylevel/{}", level.id)),
            "id": level.id.to_string(),
            "name": level.name,
            "description": level.description,
        })
    }

    /// An issue type.
    pub(super) fn issue_type(&self, issue_type: &IssueType) -> Value {
        let mut body = json!({
            "self": self.caller.link(&format!("issuetype/{}", issue_type.id)),
            "id": issue_type.id.to_string(),
            "description": "",
            "iconUrl": avatar(&self.caller.origin, &issue_type.name),
            "name": self.named(&issue_type.name, &issue_type.korean),
            "subtask": issue_type.hierarchy_level < 0,
            "hierarchyLevel": issue_type.hierarchy_level,
        });
        add_scope(&mut body, issue_type.project);
        body
    }

    /// A project category.
    pub(super) fn category(&self, category: &Category) -> Value {
        json!({
            "self": self.caller.link(&format!("projectCategory/{}", category.id)),
            "id": category.id.to_string(),
            "name": category.name,
            "description": category.description,
        })
    }

    /// A component.
    pub(super) fn component(&self, component: &Component) -> Value {
        json!({
            "self": self.caller.link(&format!("component/{}", component.id)),
            "id": component.id.to_string(),
            "name": component.name,
            "description": component.description,
        })
    }

    /// A version.
    pub(super) fn version(&self, version: &Version) -> Value {
        let mut body = json!({
            "self": self.caller.link(&format!("version/{}", version.id)),
            "id": version.id.to_string(),
            "description": version.description,
            "name": version.name,
            "archived": version.is_archived,
            "released": version.is_released,
        });
        if let Some(release) = version.release {
            body["releaseDate"] = release.to_string().into();
        }
        body
    }
}

/// Rows of team-managed projects say to which project they belong.
pub(super) fn add_scope(body: &mut Value, project: Option<u64>) {
    if let Some(id) = project {
        body["scope"] = json!({"type": "PROJECT", "project": {"id": id.to_string()}});
    }
}

/// An instant as issues have it: milliseconds, and an offset without a colon, in the site's zone.
pub(super) fn jira_time(instant: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = instant.to_zoned(zone);
    zoned.strftime("%Y-%m-%dT%H:%M:%S.%3f%z").to_string()
}
