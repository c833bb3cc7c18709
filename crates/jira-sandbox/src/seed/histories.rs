//! What happened to the issues before anybody looked: how each came to its status.

use jiff::SignedDuration;

use crate::world::{Item, Side, Site};

/// Gives every issue that has left the first status of its project an entry that says so. Nothing
/// is drawn for it, so that the issues stay what they are without it.
pub(super) fn add_histories(site: &mut Site) {
    let mut entries = Vec::new();
    for issue in site.issues.values() {
        let project = site.project(issue.project);
        let first = project.and_then(|row| site.status(*row.statuses.first()?));
        let (Some(first), Some(now)) = (first, site.status(issue.status)) else {
            continue;
        };
        if first.id == now.id {
            continue;
        }
        let side = |id: u64, name: &str| Side::Row(id.to_string(), name.to_owned());
        let status = Item::named(
            "status",
            Some("status"),
            side(first.id, &first.name),
            side(now.id, &now.name),
        );
        let resolution = issue.resolution.and_then(|id| site.resolution(id));
        let resolution = resolution.map(|row| {
            let to = side(row.id, &row.name);
            Item::named("resolution", Some("resolution"), Side::Nothing, to)
        });
        let items = resolution.into_iter().chain([status]).collect();
        let half = (issue.updated.as_millisecond() - issue.created.as_millisecond()) / 2;
        let halfway = issue.created + SignedDuration::from_millis(half);
        let at = issue.resolved.unwrap_or(halfway);
        entries.push((issue.id, issue.assignee.or(issue.reporter), at, items));
    }
    for (issue, author, at, items) in entries {
        site.record(issue, author, at, items);
    }
}
