//! Projects with their quirks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::tables::{team_issue_types, team_statuses};
use super::words::{THEMES, Theme};
use crate::world::{Component, Exceptions, Project, SecurityLevel, Site, Version};

/// The id of a site's first project, as Jira counts.
pub(super) const FIRST_ID: u64 = 10_000;

/// Adds `count` projects to a site. The first is the plain scrum project.
pub(super) fn add_projects(site: &mut Site, site_index: usize, count: usize, today: Timestamp) {
    for index in 0..count {
        let theme = theme_at(index);
        let round = index / THEMES.len();
        let mut project = project(site, site_index, index, round, theme);
        project.versions = versions(
            30_000 + 1_000 * site_index as u64 + 10 * index as u64,
            today,
        );
        if project.is_team_managed {
            site.issue_types.extend(team_issue_types(project.id));
            site.statuses.extend(team_statuses(project.id));
        }
        site.projects.push(project);
    }
}

/// The theme of the project with this id.
pub(super) fn theme_of(project: u64) -> &'static Theme {
    let index = usize::try_from(project - FIRST_ID).unwrap_or_default();
    theme_at(index)
}

fn theme_at(index: usize) -> &'static Theme {
    &THEMES[index % THEMES.len()]
}

fn project(site: &Site, site_index: usize, index: usize, round: usize, theme: &Theme) -> Project {
    let id = FIRST_ID + index as u64;
    // Team-managed, no priority field, its own statuses and types.
    let is_team_managed = theme.key == "MOB";
    let (issue_types, statuses) = if is_team_managed {
        (
            team_issue_types(id).iter().map(|row| row.id).collect(),
            team_statuses(id).iter().map(|row| row.id).collect(),
        )
    } else {
        (
            (10_000..=10_004).collect(),
            vec![10_000, 3, 10_001, 10_003, 10_002],
        )
    };
    let is_private = theme.key == "SEC";
    let lead = if is_private {
        site.members[0]
    } else {
        site.members[index % site.members.len()]
    };
    Project {
        id,
        key: numbered(theme.key, round, ""),
        former_keys: if theme.key == "PLAT" {
            vec![numbered("INFRA", round, "")]
        } else {
            Vec::new()
        },
        name: numbered(theme.name, round, " "),
        description: theme.description.to_owned(),
        kind: theme.kind.to_owned(),
        is_team_managed,
        lead: (theme.key != "OPS").then_some(lead),
        category: match theme.key {
            "SHOP" => Some(10_000),
            "OPS" => Some(10_001),
            _ => None,
        },
        exceptions: Exceptions::new(),
        visible_to: is_private.then(|| vec![site.members[0], site.members[2]]),
        is_archived: theme.key == "LEGACY",
        has_priority: !is_team_managed,
        issue_types,
        statuses,
        components: theme
            .components
            .iter()
            .zip(0..)
            .map(|(name, offset)| Component {
                id: 20_000 + 1_000 * site_index as u64 + 10 * index as u64 + offset,
                name: (*name).to_owned(),
                description: format!("All about {}", name.to_lowercase()),
                lead: (offset == 0).then_some(lead),
            })
            .collect(),
        versions: Vec::new(),
        security_levels: security_levels(theme),
        last_number: 0,
    }
}

/// A released version, two to come, and one that was archived.
fn versions(first_id: u64, today: Timestamp) -> Vec<Version> {
    let day = |days: i64| {
        let instant = today + SignedDuration::from_hours(24 * days);
        Some(instant.to_zoned(TimeZone::UTC).date())
    };
    let version = |offset: u64, name: &str, start, release| Version {
        id: first_id + offset,
        name: name.to_owned(),
        description: String::new(),
        is_released: offset == 0,
        is_archived: false,
        start,
        release,
    };
    vec![
        version(0, "1.0", day(-120), day(-60)),
        // It should have been released yesterday.
        version(1, "1.1", day(-60), day(-1)),
        version(2, "2.0 beta", None, None),
        Version {
            description: "From before the rewrite".to_owned(),
            is_released: true,
            is_archived: true,
            ..version(3, "0.9", day(-400), day(-300))
        },
    ]
}

/// Only the project of the security reviews hides single issues.
fn security_levels(theme: &Theme) -> Vec<SecurityLevel> {
    let level = |id, name: &str, description: &str| SecurityLevel {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
    };
    if theme.key != "SEC" {
        return Vec::new();
    }
    vec![
        level(10_000, "Reviewers", "Who reviews"),
        level(10_001, "Lead only", ""),
    ]
}

fn numbered(text: &str, round: usize, gap: &str) -> String {
    if round == 0 {
        text.to_owned()
    } else {
        format!("{text}{gap}{}", round + 1)
    }
}
