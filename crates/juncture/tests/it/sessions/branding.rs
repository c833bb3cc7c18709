//! The hosted pages show the project whose flow it is.

use axum::http::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::admin::{ADMIN_KEY, PROJECTS};
use crate::support::flow::BRUNO;
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, path_of};

/// Of `#rrggbb`, the relative luminance (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let byte = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
    let [red, green, blue] = [1, 3, 5].map(|at| {
        let share = f64::from(byte(at)) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What a stylesheet sets a variable to: by day, and by night.
fn variables(css: &str, name: &str) -> [String; 2] {
    let found: Vec<_> = css
        .split(&format!("{name}:"))
        .skip(1)
        .map(|rest| rest.trim_start()[..7].to_owned())
        .collect();
    found[..2].to_vec().try_into().unwrap()
}

#[tokio::test]
async fn pages_have_the_name_picture_and_colour_of_the_project() {
    let variables = [("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];
    let app = TestApp::start_with(&variables, TestSandbox::start().await).await;
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let settings = json!({"settings": {"branding": {
        "name": "Acme <Planner>", "logo_url": "https://cdn.example.com/logo.svg?v=1&w=2", "accent_colour": "#FFd400",
    }}});
    app.admin(Method::PATCH, &path, &settings).await.expect(200);
    app.app.projects.follow().await.unwrap();
    let session = app.session("a", &json!({})).await;
    let mut browser = Jar::default();
    let page = browser.page(&app, &session, (BRUNO, "Acme")).await;
    let again = path_of(session["connect_url"].as_str().unwrap());
    let choice = [("choice", &*app.site_id("Acme").await)];
    for shown in [
        browser.visit(&app, &page).await,
        browser.visit(&app, again).await,
        browser.submit(&app, &page, &choice).await,
    ] {
        let text = shown.text();
        assert!(text.contains("Acme &#60;Planner&#62;"), "{text}");
        assert!(
            text.contains("<img src=\"https://cdn.example.com/logo.svg?v=1&#38;w=2\""),
            "{text}"
        );
        assert!(
            text.contains("href=\"/assets/accent/FFd400.css\""),
            "{text}"
        );
        let (_, after) = text.split_once("<header>").unwrap();
        assert!(
            !after
                .split_once("</header>")
                .unwrap()
                .0
                .contains("Juncture"),
            "{text}"
        );
        let policy = shown.header("content-security-policy");
        assert!(
            policy.contains("img-src 'self' https://cdn.example.com;"),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self';"), "{policy}");
    }
    // A flow by a bare id is of the same project; other pages are ours.
    let code = app.connection_code("b", BRUNO, Some("Acme")).await;
    let bare = app
        .visit(&format!("/finalize-connection/jira/{code}"))
        .await;
    assert!(bare.text().contains("Acme &#60;Planner&#62;"));
    let ours = app.visit("/").await;
    assert!(!ours.text().contains("Planner"));
    assert!(
        ours.header("content-security-policy")
            .contains("img-src 'self' ;")
    );
}

#[tokio::test]
async fn text_is_readable_in_any_accent_colour() {
    let app = TestApp::on_sqlite().await;
    let page = app.visit("/assets/juncture.css").await.text();
    let ours = |name| variables(&page, name);
    let (inks, papers, grounds) = (ours("--accent-ink"), ours("--paper"), ours("--ground"));
    for accent in [
        "000000", "ffffff", "FFD400", "0052cc", "808080", "777777", "ff0000", "00ff00", "0000ff",
        "00ffff",
    ] {
        let css = app.visit(&format!("/assets/accent/{accent}.css")).await;
        assert_eq!(css.status, 200);
        assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
        let css = css.text();
        let of = |name| variables(&css, name);
        let (accents, strongs, softs) =
            (of("--accent"), of("--accent-strong"), of("--accent-soft"));
        for scheme in 0..2 {
            for (text, ground) in [
                (&accents[scheme], &papers[scheme]),
                (&accents[scheme], &grounds[scheme]),
                (&inks[scheme], &accents[scheme]),
                (&inks[scheme], &strongs[scheme]),
                (&strongs[scheme], &papers[scheme]),
                (&strongs[scheme], &softs[scheme]),
            ] {
                let contrast = contrast(text, ground);
                assert!(
                    contrast >= 4.5,
                    "#{accent}: {text} on {ground} is {contrast}"
                );
            }
        }
    }
    for none in [
        "0052cc",
        "0052c.css",
        "zzzzzz.css",
        "+052cc.css",
        "0052cc00.css",
        "é0052.css",
    ] {
        let path = format!(
            "/assets/accent/{}",
            url::form_urlencoded::byte_serialize(none.as_bytes()).collect::<String>()
        );
        assert_eq!(app.visit(&path).await.status, 404, "{none}");
    }
}
