//! Draws a believable world from a number.
//!
//! The same seed and sizes give the same people, ids, keys and texts on every machine. Dates hang
//! on the day of the start (or on [`crate::Options::frozen_at`]), so that the active sprints are
//! running whenever somebody looks.

mod boards;
mod comments;
mod desk;
mod documents;
mod fields;
mod histories;
mod issues;
mod people;
mod projects;
mod tables;
mod values;
mod words;
mod workflows;

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::Timestamp;
use uuid::Uuid;

use crate::options::Options;
use crate::world::{Assets, Journal, Site, World};

pub(crate) use issues::draw_issue;

/// A site before anything is drawn: its name, subdomain, time zone, members (indexes into
/// [`people::people`]) and number of projects where the options do not say it.
const SITES: [(&str, &str, &str, &[usize], usize); 3] = [
    ("Acme", "acme", "Europe/Berlin", &[0, 1, 2, 3, 5], 0),
    ("Globex", "globex", "America/New_York", &[0, 4, 3], 4),
    ("Initech", "initech", "Asia/Seoul", &[0, 5, 4], 3),
];

/// Draws the world of the options' seed and sizes; the sizes are of the first site.
pub(crate) fn draw_world(options: &Options, now: Timestamp) -> World {
    let seed = options.seed;
    let mut rng = Rng::with_seed(seed);
    let today = midnight(now);
    let people = people::people(seed);
    let sites = SITES
        .iter()
        .enumerate()
        .map(|(index, &(name, subdomain, time_zone, members, own))| {
            let is_first = index == 0;
            let count = if is_first { options.projects } else { own };
            let cloud_id = cloud_id(seed, subdomain);
            let mut site = Site {
                cloud_id: cloud_id.clone(),
                name: name.to_owned(),
                subdomain: subdomain.to_owned(),
                time_zone: time_zone.to_owned(),
                members: members.to_vec(),
                others: people::OTHERS.to_vec(),
                categories: tables::categories(),
                issue_types: tables::issue_types(),
                statuses: tables::statuses(),
                priorities: tables::priorities(),
                resolutions: tables::resolutions(),
                groups: people::groups(seed, subdomain, members),
                custom_fields: Vec::new(),
                teams: Vec::new(),
                request_types: Vec::new(),
                organizations: Vec::new(),
                assets: Assets::default(),
                has_time_tracking: true,
                exceptions: people::administrators(members),
                labels: words::LABELS.map(str::to_owned).to_vec(),
                projects: Vec::new(),
                boards: Vec::new(),
                sprints: Vec::new(),
                issues: BTreeMap::new(),
                numbers: BTreeMap::new(),
                former_keys: BTreeMap::new(),
                next_issue_id: 10_000,
                roles: comments::roles(members, &people),
                comments: BTreeMap::new(),
                next_comment_id: 10_000,
                properties: BTreeMap::new(),
                histories: BTreeMap::new(),
                next_change_id: 10_000,
                workflows: Vec::new(),
                journal: Journal::default(),
            };
            projects::add_projects(&mut site, index, count, today);
            let sizes = is_first.then_some((options.boards, options.sprints));
            fields::add_fields(&mut site);
            boards::add_boards(&mut site, index, sizes, today);
            let exact = is_first.then_some(options.issues);
            issues::add_issues(&mut site, exact, today, &mut rng);
            workflows::add_workflows(&mut site);
            histories::add_histories(&mut site);
            comments::add_comments(&mut site);
            // The world begins here, and nothing has happened yet.
            site.journal = Journal::default();
            site
        })
        .collect();
    World { people, sites }
}

/// The start of the UTC day, so that a restart on the same day draws the same dates.
fn midnight(now: Timestamp) -> Timestamp {
    let day = 24 * 60 * 60;
    let seconds = now.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(day)).unwrap_or(now)
}

fn cloud_id(seed: u64, subdomain: &str) -> String {
    let name = format!("{subdomain}.{seed}.atlassian.example");
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.as_bytes()).to_string()
}
