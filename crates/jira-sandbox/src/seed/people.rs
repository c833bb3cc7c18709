//! The people of the simulated cloud, each there to show something.

use uuid::Uuid;

use crate::world::{AccountKind, Exceptions, Group, Language, Level, Permission, Person};

/// The name of the app among the accounts.
const RELEASE_BOT: &str = "Release Bot";
/// The accounts that every site knows beside its members.
pub(super) const OTHERS: [usize; 2] = [7, 8];

/// Everybody, in the order which [`super::SITES`] counts by.
pub(super) fn people(seed: u64) -> Vec<Person> {
    let person = |name: &str, language, zone: &str, shows_email, confluence_site| Person {
        account_id: account_id(seed, name),
        kind: match name {
            RELEASE_BOT => AccountKind::App,
            _ => AccountKind::Person,
        },
        is_active: name != "Gustav Vogel",
        display_name: name.to_owned(),
        email: address(name),
        shows_email,
        language,
        time_zone: zone.to_owned(),
        level: match name {
            "Dmitri Halloran" => Level::Browse,
            "Chiara Moretti" => Level::Edit,
            _ => Level::Delete,
        },
        confluence_site,
    };
    let english = Language::English;
    vec![
        // Member of every site, and Acme is listed twice for her: once for Confluence.
        person("Ada Lindqvist", english, "Europe/Stockholm", true, Some(0)),
        // The plain case: one site, nothing odd.
        person("Bruno Okafor", english, "Europe/Berlin", true, None),
        // Her address is hidden, so `emailAddress` is absent for others. She edits issues and may
        // not delete them, as in many permission schemes.
        person("Chiara Moretti", english, "Europe/Rome", false, None),
        // Reads only: whatever he writes is refused.
        person("Dmitri Halloran", english, "America/New_York", false, None),
        person("Esther Quaye", english, "America/Chicago", true, None),
        // Reads Jira in Korean: sentences, statuses and priorities come translated.
        person("한지우", Language::Korean, "Asia/Seoul", true, None),
        // Has an Atlassian account and no Jira site at all.
        person("Frida Nowak", english, "Europe/Warsaw", true, None),
        // An app, which searches for people find as well.
        person(RELEASE_BOT, english, "Etc/UTC", false, None),
        // Has left the company; what he did is still his.
        person("Gustav Vogel", english, "Europe/Vienna", true, None),
    ]
}

/// The groups of a site with these members: everybody, who administers it, and some.
pub(super) fn groups(seed: u64, subdomain: &str, members: &[usize]) -> Vec<Group> {
    let group = |id, name: String, members: &[usize]| Group {
        id,
        uuid: Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            format!("{name} {subdomain} {seed}").as_bytes(),
        )
        .to_string(),
        name,
        members: members.to_vec(),
    };
    vec![
        group(1, format!("jira-users-{subdomain}"), members),
        group(2, format!("jira-admins-{subdomain}"), &members[..1]),
        group(3, "developers".to_owned(), &members[..2]),
    ]
}

/// Who administers a site: the first of its members.
pub(super) fn administrators(members: &[usize]) -> Exceptions {
    let permissions = [Permission::Administer, Permission::AdministerProjects];
    let permissions = permissions.map(|permission| (permission, true));
    let first = members.first().copied();
    first
        .map(|person| (person, permissions.into()))
        .into_iter()
        .collect()
}

/// Atlassian account ids are a tenant number and a UUID, or 24 hexadecimal digits.
fn account_id(seed: u64, name: &str) -> String {
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{name} {seed}").as_bytes());
    format!("712020:{uuid}")
}

fn address(name: &str) -> String {
    let local = if name.is_ascii() {
        name.to_lowercase().replace(' ', ".")
    } else {
        "jiwoo.han".to_owned()
    };
    format!("{local}@people.example")
}
