//! What the sandbox says of itself: whom to log in as, what to pick, and how many tickets to expect.

use serde::Deserialize;
use url::Url;

use super::browser::Browser;

/// The answer of `GET /_sandbox/world`, as far as the walk needs it.
#[derive(Deserialize)]
pub(super) struct World {
    users: Vec<User>,
    sites: Vec<Site>,
}

#[derive(Deserialize)]
struct User {
    name: String,
    site_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Site {
    id: String,
    name: String,
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    key: String,
    name: String,
    issues: usize,
}

/// The key of the project that has a workflow of its own (`docs/SANDBOX.md`).
const STRICT: &str = "PLAT";

/// What the visitor sets out to do, in the words that stand on the pages.
pub(super) struct Errand {
    /// The name to log in as.
    pub(super) person: String,
    /// The name of the site.
    pub(super) site: String,
    /// The name of the project.
    pub(super) project: String,
    /// Its key.
    pub(super) key: String,
    /// How many issues the sandbox holds in it.
    pub(super) issues: usize,
    /// The name of the project whose workflow asks for something.
    pub(super) strict_project: String,
}

impl World {
    /// Asks the sandbox.
    pub(super) async fn read(browser: &Browser, sandbox: &Url) -> Result<Self, String> {
        let url = sandbox
            .join("/_sandbox/world")
            .expect("a fixed path joins any http URL");
        let text = browser.fetch(&url).await?;
        juncture_json::decode(&text)
            .map_err(|error| format!("the sandbox's account of its world cannot be read: {error}"))
    }

    /// The first project of the first site, for the first person who has that site.
    pub(super) fn errand(&self) -> Result<Errand, String> {
        let site = self.sites.first().ok_or("the sandbox has no site")?;
        let project = site
            .projects
            .first()
            .ok_or("the sandbox's first site has no project")?;
        let strict = site.projects.iter().find(|project| project.key == STRICT);
        let strict = strict.ok_or("the sandbox has no project with a workflow of its own")?;
        let person = self
            .users
            .iter()
            .find(|user| user.site_ids.contains(&site.id));
        let person = person.ok_or("the sandbox's first site has no member")?;
        Ok(Errand {
            person: person.name.clone(),
            site: site.name.clone(),
            project: project.name.clone(),
            key: project.key.clone(),
            issues: project.issues,
            strict_project: strict.name.clone(),
        })
    }
}
