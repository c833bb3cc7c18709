//! Reading variables while collecting everything that is wrong with them.

use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use url::{Position, Url};

use super::Environment;
use super::variables::{self, VARIABLES};

/// Everything that is wrong with a configuration; its display is the message to the operator.
#[derive(Debug)]
pub struct Problems(Vec<(&'static str, String)>);

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        writeln!(f, "the configuration has {} problem{plural}:", self.0.len())?;
        for (name, reason) in &self.0 {
            writeln!(f, "  {name} {reason}")?;
            writeln!(
                f,
                "    for example: {name}={}",
                VARIABLES[variables::position(name)].example()
            )?;
        }
        write!(
            f,
            "Set these in the environment or in a .env file; docs/CONFIG.md explains every variable."
        )
    }
}

/// Reads one variable after the other and remembers the problems and the warnings.
pub(crate) struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Notes what can be used and is likely to be a mistake, in a whole sentence without any value.
    pub(crate) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// The warnings so far.
    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Notes that `name` is wrong. `reason` continues the sentence that the name begins; it never
    /// quotes the value, which may be secret.
    pub(crate) fn problem(&mut self, name: &'static str, reason: impl Into<String>) {
        let is_told = self.problems.iter().any(|(told, _)| *told == name);
        if !is_told {
            self.problems.push((name, reason.into()));
        }
    }

    /// `value` if nothing was wrong.
    pub(crate) fn finish<T>(mut self, value: T) -> Result<T, Problems> {
        self.problems
            .sort_by_key(|(name, _)| variables::position(name));
        if self.problems.is_empty() {
            Ok(value)
        } else {
            Err(Problems(self.problems))
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        self.environment.get(name).map(str::to_owned)
    }

    pub(crate) fn required(&mut self, name: &'static str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.problem(name, "is not set");
            String::new()
        })
    }

    /// A secret that must be set, and be one: of at least `shortest` bytes, and no text of an example.
    pub(crate) fn secret(&mut self, name: &'static str, shortest: usize) -> SecretString {
        let secret = self.real(name);
        if secret.len() < shortest {
            let reason =
                format!("must be at least {shortest} characters long, so that nobody guesses it");
            self.problem(name, reason);
        }
        secret.into()
    }

    /// A value that must be set, and be no text of an example.
    pub(crate) fn real(&mut self, name: &'static str) -> String {
        let value = self.required(name);
        if is_placeholder(&value) && !value.is_empty() {
            self.problem(
                name,
                "is still a placeholder: put the real one in its place",
            );
        }
        value
    }

    pub(crate) fn parsed<T: FromStr>(&mut self, name: &'static str, what: &str) -> Option<T> {
        let parsed = self.text(name)?.parse().ok();
        if parsed.is_none() {
            self.problem(name, format!("must be {what}"));
        }
        parsed
    }

    pub(crate) fn url(&mut self, name: &'static str) -> Option<Url> {
        let text = self.text(name)?;
        let url = parse_web_url(&text);
        if url.is_none() {
            self.problem(
                name,
                "must be a whole URL that begins with http:// or https://",
            );
        }
        url
    }

    /// A URL that must be set; a stand-in where it is not, so that reading can go on.
    pub(crate) fn required_url(&mut self, name: &'static str) -> Url {
        if self.text(name).is_none() {
            self.problem(name, "is not set");
        }
        self.url(name).unwrap_or_else(|| {
            Url::parse("http://unset.invalid").expect("a URL written here is one")
        })
    }

    /// Comma-separated web origins (RFC 6454): scheme, host and port, nothing behind them.
    pub(crate) fn origins(&mut self, name: &'static str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let mut origins = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            match web_origin(part) {
                Some(origin) => origins.push(origin),
                None => self.problem(name, "must be a comma-separated list of origins: scheme, host and port, no path, no `*`"),
            }
        }
        origins
    }
}

/// Whether a URL says no more than an origin, and one that a browser can have.
fn is_origin(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url[Position::BeforePath..] == *"/"
        && url.username().is_empty()
        && url.password().is_none()
        && !host.contains('*')
}

/// The web origin that a text is, as browsers write it.
pub(crate) fn web_origin(text: &str) -> Option<String> {
    let url = parse_web_url(text).filter(is_origin)?;
    Some(url.origin().ascii_serialization())
}

/// The whole address of something on the web that a text is.
pub(crate) fn parse_web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Whether a value stands where a real one should come: a text of an example, or a name that nobody
/// has put a value in place of.
fn is_placeholder(value: &str) -> bool {
    const BEGINNINGS: [&str; 11] = [
        "replace",
        "change-me",
        "change_me",
        "changeme",
        "change this",
        "your-",
        "your_",
        "example",
        "placeholder",
        "insert",
        "todo",
    ];
    let lower = value.to_ascii_lowercase();
    let is_in = |open, close| value.starts_with(open) && value.ends_with(close);
    BEGINNINGS
        .iter()
        .any(|beginning| lower.starts_with(beginning))
        || is_in("<", ">")
        || is_in("${", "}")
        || is_in("{{", "}}")
        || value
            .bytes()
            .all(|byte| byte.eq_ignore_ascii_case(&b'x') || byte == b'*')
}
