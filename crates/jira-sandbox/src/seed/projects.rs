//! Projects with their quirks.

use super::tables::{team_issue_types, team_statuses};
use super::words::{THEMES, Theme};
use crate::world::{Component, Project, Site, Version};

/// The id of a site's first project, as Jira counts.
pub(super) const FIRST_ID: u64 = 10_000;

/// Adds `count` projects to a site. The first is the plain scrum project.
pub(super) fn add_projects(site: &mut Site, site_index: usize, count: usize) {
    for index in 0..count {
        let theme = theme_at(index);
        let round = index / THEMES.len();
        let project = project(site, site_index, index, round, theme);
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
            })
            .collect(),
        versions: ["1.0", "1.1", "2.0 beta"]
            .iter()
            .zip(0..)
            .map(|(name, offset)| Version {
                id: 30_000 + 1_000 * site_index as u64 + 10 * index as u64 + offset,
                name: (*name).to_owned(),
                is_released: offset == 0,
            })
            .collect(),
        last_number: 0,
    }
}

fn numbered(text: &str, round: usize, gap: &str) -> String {
    if round == 0 {
        text.to_owned()
    } else {
        format!("{text}{gap}{}", round + 1)
    }
}
