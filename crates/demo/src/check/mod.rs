//! The walk of `juncture demo --check`: what a visitor does in a browser, done by a program that
//! reads the pages, presses what stands on them, and compares the end with the sandbox's own book.

mod browser;
mod forms;
mod html;
mod table;
mod tickets;
mod world;

use browser::Browser;
use html::Page;
pub(super) use table::Table;
pub(super) use tickets::Story;
use world::World;

use super::addresses::Addresses;

/// Walks from the example app's first page to the tickets, and around one of its own. An error is a sentence about the first
/// thing that is not as it should be.
pub(super) async fn walk(addresses: &Addresses) -> Result<(Table, Story), String> {
    let browser = Browser::new(addresses);
    let world = World::read(&browser, &addresses.sandbox).await?;
    let errand = world.errand()?;

    let page = browser.open(&addresses.app).await?;
    expect_at(&page, &addresses.app, "the example app")?;
    let page = browser.press(&page, None, "Connect Jira").await?;
    expect_at(&page, &addresses.sandbox, "the simulated Atlassian")?;
    let page = browser.press(&page, None, &errand.person).await?;
    let page = browser.press(&page, Some(&errand.site), "Allow").await?;
    expect_at(
        &page,
        &addresses.juncture,
        "Juncture's page for the choice of a site",
    )?;
    let page = browser.press(&page, Some(&errand.site), "Connect").await?;
    expect_at(&page, &addresses.app, "the example app")?;
    let page = browser
        .press(&page, Some(&errand.project), "Show tickets")
        .await?;
    expect_at(&page, &addresses.app, "the example app")?;

    let tickets = Table::read(&page, "tickets")
        .ok_or_else(|| format!("there is no table of tickets at {}", page.url))?;
    compare(&tickets, errand.issues, &errand.key)?;
    let story = tickets::walk(&browser, &addresses.app, &errand.strict_project).await?;
    Ok((tickets, story))
}

fn expect_at(page: &Page, origin: &url::Url, what: &str) -> Result<(), String> {
    if page.url.origin() == origin.origin() {
        return Ok(());
    }
    Err(format!(
        "the way should have led to {what}, but it led to {}",
        page.place()
    ))
}

/// As many tickets as the sandbox holds, each once, all of the right project.
fn compare(tickets: &Table, expected: usize, project: &str) -> Result<(), String> {
    let keys: Vec<&str> = tickets.rows.iter().map(|row| row[0].as_str()).collect();
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    if distinct.len() != keys.len() {
        return Err(format!(
            "of {} tickets only {} are distinct",
            keys.len(),
            distinct.len()
        ));
    }
    let is_own = |key: &&&str| {
        key.strip_prefix(project)
            .is_some_and(|rest| rest.starts_with('-'))
    };
    if let Some(stranger) = keys.iter().find(|key| !is_own(key)) {
        return Err(format!(
            "{stranger} is shown among the tickets of {project}"
        ));
    }
    if keys.len() == expected {
        return Ok(());
    }
    Err(format!(
        "{} tickets are shown, but the sandbox holds {expected}",
        keys.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::{Table, compare};

    fn tickets(keys: &[&str]) -> Table {
        Table {
            head: vec!["Key".to_owned()],
            rows: keys.iter().map(|key| vec![(*key).to_owned()]).collect(),
        }
    }

    #[test]
    fn the_walk_fails_on_missing_doubled_and_foreign_tickets() {
        let compared = |keys: &[&str]| compare(&tickets(keys), 2, "SHOP");
        assert_eq!(compared(&["SHOP-1", "SHOP-2"]), Ok(()));
        let deviations = [
            (
                ["SHOP-1"].as_slice(),
                "1 tickets are shown, but the sandbox holds 2",
            ),
            (
                ["SHOP-1", "SHOP-1"].as_slice(),
                "of 2 tickets only 1 are distinct",
            ),
            (
                ["SHOP-1", "SHOPS-2"].as_slice(),
                "SHOPS-2 is shown among the tickets of SHOP",
            ),
        ];
        for (keys, sentence) in deviations {
            assert_eq!(compared(keys), Err(sentence.to_owned()));
        }
    }
}
