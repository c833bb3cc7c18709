//! The walk around one ticket: made, commented on, moved to its end, and read back.

use url::Url;

use super::browser::Browser;
use super::html::Page;
use super::table::Table;

/// Its title.
const SUMMARY: &str = "Walked by a program";
/// What is said about it.
const COMMENT: &str = "Seen by **a program**.";

/// What came of the walk.
pub(crate) struct Story {
    /// The ticket's key.
    pub(crate) key: String,
    /// Where it was, and where it is.
    pub(crate) statuses: [String; 2],
    /// How it was resolved.
    pub(crate) resolution: String,
}

/// Makes a ticket in the project that is called `project`, and brings it to its end. A new ticket is
/// sent twice at once, as by a double click, and a comment twice, as by going back.
pub(super) async fn walk(browser: &Browser, app: &Url, project: &str) -> Result<Story, String> {
    let projects = app.join("/projects").expect("a fixed path joins any URL");
    let page = browser.open(&projects).await?;
    let list = browser.press(&page, Some(project), "Show tickets").await?;
    let before = rows(&list)?.len();

    let ticket = create(browser, &list).await?;
    let first = state(&ticket, "status")?;
    let ticket = comment(browser, &ticket).await?;
    let ticket = close(browser, &ticket).await?;
    let last = state(&ticket, "status")?;

    let list = browser.open(&ticket.link("All tickets")?).await?;
    let rows = rows(&list)?;
    if rows.len() != before + 1 {
        return Err(format!(
            "there were {before} tickets, and one was made, but now there are {}",
            rows.len()
        ));
    }
    let key = key(&ticket);
    let row = rows.iter().find(|row| row[0] == key);
    let is_told = row.is_some_and(|row| row[1] == SUMMARY && row[2] == last);
    expect(is_told, || {
        format!("the list does not show {key} as {last}")
    })?;
    Ok(Story {
        resolution: state(&ticket, "resolution")?,
        statuses: [first, last],
        key,
    })
}

/// First with a label that cannot be, then as it should be.
async fn create(browser: &Browser, list: &Page) -> Result<Page, String> {
    let page = browser.open(&list.link("New ticket")?).await?;
    let page = browser.open(&page.link("Bug")?).await?;
    let description = "It has **no** screen.";
    let given = [
        ("Summary", SUMMARY),
        ("Description", description),
        ("Root cause", "Curiosity"),
        ("Labels", "by program"),
    ];
    let page = browser.fill_wrong(&page, &given, "Create ticket").await?;
    let told = "Labels must not have spaces.";
    expect(page.text.contains(told), || {
        format!("the form does not say: {told}")
    })?;

    // All else stands there still.
    let corrected = [("Labels", "by-program, demo")];
    let (ticket, again) = tokio::try_join!(
        browser.fill(&page, &corrected, "Create ticket"),
        browser.fill(&page, &corrected, "Create ticket"),
    )?;
    let (one, other) = (ticket.url.path(), again.url.path());
    expect(one == other, || {
        format!("a form that was sent twice made {one} and {other}")
    })?;
    expect_text(&ticket, "labels", "by-program, demo")?;
    expect_text(&ticket, "description", description)?;
    Ok(ticket)
}

async fn comment(browser: &Browser, ticket: &Page) -> Result<Page, String> {
    let said = [("Your comment", COMMENT)];
    browser.fill(ticket, &said, "Add comment").await?;
    let page = browser.fill(ticket, &said, "Add comment").await?;
    let comments = page.text_of("comments").unwrap_or_default();
    let count = comments.matches(COMMENT).count();
    expect(count == 1, || {
        format!("a comment that was sent twice is there {count} times")
    })?;
    Ok(page)
}

/// First without what the step asks for.
async fn close(browser: &Browser, ticket: &Page) -> Result<Page, String> {
    let page = browser.fill_wrong(ticket, &[], "Give up").await?;
    for told in ["Resolution is needed.", "Customer is needed."] {
        expect(page.text.contains(told), || {
            format!("the step does not say: {told}")
        })?;
    }
    let given = [("Resolution", "Won't Do"), ("Customer", "ACME")];
    browser.fill(&page, &given, "Give up").await
}

fn rows(list: &Page) -> Result<Vec<Vec<String>>, String> {
    let table = Table::read(list, "tickets");
    let table = table.ok_or_else(|| format!("there is no table of tickets at {}", list.url))?;
    Ok(table.rows)
}

fn key(ticket: &Page) -> String {
    let last = ticket.url.path_segments().and_then(|mut it| it.next_back());
    last.unwrap_or_default().to_owned()
}

fn state(ticket: &Page, what: &str) -> Result<String, String> {
    let state = ticket.text_of(what);
    state.ok_or_else(|| format!("{} does not show its {what}", key(ticket)))
}

fn expect_text(ticket: &Page, what: &str, expected: &str) -> Result<(), String> {
    let shown = state(ticket, what)?;
    expect(shown == expected, || {
        format!(
            "{} shows “{shown}” as its {what}, not “{expected}”",
            key(ticket)
        )
    })
}

fn expect(is_so: bool, deviation: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(deviation()) }
}
