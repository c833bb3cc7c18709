//! The rows of the world's tables.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Exceptions, FieldValue};

/// The languages in which the simulated Jira speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    English,
    Korean,
}

/// How much a person may do in the projects which the person sees, where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Level {
    /// See issues.
    Browse,
    /// Create, edit, assign, transition and comment on them, too.
    Edit,
    /// Delete them, and change what others said about them, too.
    Delete,
}

impl Level {
    /// The level in a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Edit => "edit",
            Self::Delete => "delete",
        }
    }
}

/// The kinds of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AccountKind {
    Person,
    App,
}

impl AccountKind {
    /// The word Jira uses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Person => "atlassian",
            Self::App => "app",
        }
    }
}

/// An Atlassian account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) account_id: String,
    pub(crate) kind: AccountKind,
    /// Whether the account still works.
    pub(crate) is_active: bool,
    pub(crate) display_name: String,
    pub(crate) email: String,
    /// Whether the account's privacy settings show the address to others.
    pub(crate) shows_email: bool,
    pub(crate) language: Language,
    /// The IANA zone in which the person's JQL dates are read.
    pub(crate) time_zone: String,
    pub(crate) level: Level,
    /// The index of a site for which this person also granted Confluence scopes.
    pub(crate) confluence_site: Option<usize>,
}

/// A project category.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Category {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: String,
}

/// A project.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) id: u64,
    pub(crate) key: String,
    /// Keys from before a rename, which keep resolving.
    pub(crate) former_keys: Vec<String>,
    pub(crate) name: String,
    pub(crate) description: String,
    /// `software`, `business`, `service_desk` or `product_discovery`.
    pub(crate) kind: String,
    pub(crate) is_team_managed: bool,
    /// `None` when the lead's account is gone or hidden.
    pub(crate) lead: Option<usize>,
    pub(crate) category: Option<u64>,
    /// The people who may see the project; `None`: every member of the site.
    pub(crate) visible_to: Option<Vec<usize>>,
    /// What single people may do here in spite of their level, or may not.
    pub(crate) exceptions: Exceptions,
    pub(crate) is_archived: bool,
    /// Whether issues of this project have the priority field at all.
    pub(crate) has_priority: bool,
    pub(crate) issue_types: Vec<u64>,
    pub(crate) statuses: Vec<u64>,
    pub(crate) components: Vec<Component>,
    pub(crate) versions: Vec<Version>,
    pub(crate) security_levels: Vec<SecurityLevel>,
    pub(crate) last_number: u64,
}

impl Project {
    /// Whether this person may see the project and its issues.
    pub(crate) fn is_visible_to(&self, person: usize) -> bool {
        self.visible_to
            .as_ref()
            .is_none_or(|people| people.contains(&person))
    }

    /// Who gets the issues that nobody was chosen for: the lead of a company-managed project, and
    /// nobody in a team-managed one.
    pub(crate) fn default_assignee(&self) -> Option<usize> {
        self.lead.filter(|_| !self.is_team_managed)
    }
}

/// A component of a project.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Component {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) lead: Option<usize>,
}

/// A version of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_released: bool,
    pub(crate) is_archived: bool,
    pub(crate) start: Option<Date>,
    pub(crate) release: Option<Date>,
}

/// A resolution.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Resolution {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) korean: String,
    pub(crate) description: String,
}

/// A group of people.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: u64,
    /// Jira's own id of the group, a UUID.
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
}

/// A level of issue security.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SecurityLevel {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: String,
}

/// An issue type; team-managed projects have their own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IssueType {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) korean: String,
    /// 1 for epics, 0 for the common types, -1 for subtasks.
    pub(crate) hierarchy_level: i32,
    pub(crate) project: Option<u64>,
}

/// The fixed categories of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StatusCategory {
    New,
    Indeterminate,
    Done,
}

impl StatusCategory {
    /// Every category in the order of a board.
    pub(crate) const ALL: [Self; 3] = [Self::New, Self::Indeterminate, Self::Done];

    /// Jira's own id of the category.
    pub(crate) fn id(self) -> u64 {
        match self {
            Self::New => 2,
            Self::Indeterminate => 4,
            Self::Done => 3,
        }
    }

    /// The key, the only name that is never translated.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Indeterminate => "indeterminate",
            Self::Done => "done",
        }
    }

    /// Jira's name for the category's colour.
    pub(crate) fn color(self) -> &'static str {
        match self {
            Self::New => "blue-gray",
            Self::Indeterminate => "yellow",
            Self::Done => "green",
        }
    }

    /// The name which people see.
    pub(crate) fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::New, Language::English) => "To Do",
            (Self::Indeterminate, Language::English) => "In Progress",
            (Self::Done, Language::English) => "Done",
            (Self::New, Language::Korean) => "할 일",
            (Self::Indeterminate, Language::Korean) => "진행 중",
            (Self::Done, Language::Korean) => "완료",
        }
    }
}

/// A status; team-managed projects have their own, often of the same name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) korean: String,
    pub(crate) category: StatusCategory,
    pub(crate) project: Option<u64>,
}

/// A priority; 1 is the highest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Priority {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) korean: String,
    pub(crate) color: String,
}

/// Where a sprint stands, in the order in which boards list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum SprintState {
    Closed,
    Active,
    Future,
}

impl SprintState {
    /// The state with this word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        [Self::Closed, Self::Active, Self::Future]
            .into_iter()
            .find(|state| state.word() == word)
    }

    /// The word Jira uses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Active => "active",
            Self::Future => "future",
        }
    }
}

/// A sprint of a scrum board.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sprint {
    pub(crate) id: u64,
    /// The board on which the sprint was made.
    pub(crate) board: u64,
    pub(crate) name: String,
    pub(crate) goal: String,
    pub(crate) state: SprintState,
    /// Future sprints usually have no dates.
    pub(crate) dates: Option<(Timestamp, Timestamp)>,
    pub(crate) completed: Option<Timestamp>,
}

/// An issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) project: u64,
    pub(crate) number: u64,
    pub(crate) issue_type: u64,
    pub(crate) status: u64,
    pub(crate) priority: Option<u64>,
    pub(crate) summary: String,
    /// An Atlassian Document Format document.
    pub(crate) description: Option<Value>,
    /// The same.
    pub(crate) environment: Option<Value>,
    pub(crate) assignee: Option<usize>,
    pub(crate) reporter: Option<usize>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) resolved: Option<Timestamp>,
    /// Whatever the status is; most workflows set it with a status that is done.
    pub(crate) resolution: Option<u64>,
    pub(crate) due: Option<Date>,
    /// Indexes into the site's labels.
    pub(crate) labels: Vec<u64>,
    pub(crate) components: Vec<u64>,
    pub(crate) fix_versions: Vec<u64>,
    pub(crate) affected_versions: Vec<u64>,
    pub(crate) security: Option<u64>,
    /// In seconds, as the next.
    pub(crate) original_estimate: Option<u64>,
    pub(crate) remaining_estimate: Option<u64>,
    pub(crate) parent: Option<u64>,
    /// The sprints the issue was or is in, oldest first.
    pub(crate) sprints: Vec<u64>,
    /// What custom fields hold, by their numbers; an empty one is absent.
    pub(crate) custom: BTreeMap<u64, FieldValue>,
}
