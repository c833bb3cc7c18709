//! What is set, can be used, and is likely to be a mistake: told as a warning.

use url::{Host, Url};

use super::Environment;
use super::reader::Reader;
use super::variables::VARIABLES;

/// How the names of this server's own variables begin. What begins otherwise may be somebody else's.
const OURS: [&str; 3] = ["JUNCTURE_", "DEFAULT_JIRA_", "ATLASSIAN_"];

/// What Kubernetes sets in every container beside a service called `juncture`:
/// <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>.
const OF_KUBERNETES: [&str; 2] = ["JUNCTURE_SERVICE_", "JUNCTURE_PORT"];

/// A shorter name is one letter off from too many others.
const SHORTEST_MISSPELT: usize = 6;

/// How many letters a name may be off.
const FARTHEST: usize = 3;

/// Warns of variables that nobody reads and that somebody may have meant for this server.
pub(crate) fn of_names(reader: &mut Reader<'_>, environment: &Environment) {
    let is_read = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
    for name in environment.names().filter(|name| !is_read(name)) {
        let is_ours = OURS.iter().any(|ours| name.starts_with(ours))
            && !OF_KUBERNETES.iter().any(|theirs| name.starts_with(theirs));
        match nearest(name) {
            Some((meant, 1)) if name.len() >= SHORTEST_MISSPELT => {
                reader.warn(format!("{name} is not read; {meant} is, and looks like it"));
            }
            Some((meant, 2..=FARTHEST)) if is_ours => {
                reader.warn(format!("{name} is not read; {meant} is, and looks like it"));
            }
            _ if is_ours => reader.warn(format!("{name} is not read: there is no such variable")),
            _ => {}
        }
    }
}

/// The variable whose name is the nearest, and how many letters are between, if that is not too many.
fn nearest(name: &str) -> Option<(&'static str, usize)> {
    let letters = name.chars().count();
    // A name that is so much longer or shorter is as far off at least.
    let near = VARIABLES
        .iter()
        .filter(|variable| variable.name.len().abs_diff(letters) <= FARTHEST);
    let distances = near.map(|variable| {
        let distance = strsim::osa_distance(name, variable.name);
        (variable.name, distance)
    });
    distances.min_by_key(|(_, distance)| *distance)
}

/// Warns of an address whose secrets would go over a network as they are.
pub(crate) fn of_cleartext(reader: &mut Reader<'_>, name: &'static str, url: &Url) {
    let is_this_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        None => true,
    };
    if url.scheme() == "http" && !is_this_machine {
        reader.warn(format!(
            "{name} is http:// to another machine: tokens and codes go there for anybody on the way to read"
        ));
    }
}
