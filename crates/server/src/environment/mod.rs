//! The one door to the process environment.

pub mod doubts;
pub mod reader;
pub mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Environment variables, as the process and its `.env` file give them.
#[derive(Default, Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The names that somebody has asked for.
    asked: Arc<Mutex<BTreeSet<String>>>,
}

/// Values may be secret, so only the names show.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The `.env` file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// It is there, but cannot be read.
    #[error("cannot read the environment file {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// The operating system's words.
        reason: std::io::Error,
    },
    /// A line is not `NAME=value`. The line itself may hold a secret and is not shown.
    #[error(
        "line {line} of the environment file {path} is not `NAME=value` (quote values that have spaces or `#`)"
    )]
    Malformed {
        /// The file.
        path: String,
        /// Which line, from 1.
        line: usize,
    },
}

/// Which `.env` file to read.
#[derive(Debug, Clone, Copy)]
pub enum EnvFile<'a> {
    /// None.
    None,
    /// This one, if it is there.
    Usual(&'a Path),
    /// This one: the operator has named it.
    Named(&'a Path),
}

impl Environment {
    /// The variables of this process; those of `env_file` fill in what the process does not set.
    pub fn of_process(env_file: EnvFile<'_>) -> Result<Self, EnvFileError> {
        let mut variables = match env_file {
            EnvFile::None => BTreeMap::new(),
            EnvFile::Named(path) => read_env_file(path)?,
            EnvFile::Usual(path) => match read_env_file(path) {
                Err(EnvFileError::Unreadable { reason, .. })
                    if reason.kind() == ErrorKind::NotFound =>
                {
                    BTreeMap::new()
                }
                read => read?,
            },
        };
        #[expect(clippy::disallowed_methods, reason = "this is the one door")]
        let process = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        variables.extend(process);
        Ok(variables.into_iter().collect())
    }

    /// The value of `name`; an empty one counts as unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.asked().insert(name.to_owned());
        self.value(name)
    }

    /// The names that have been asked for so far: of an environment without variables all that are
    /// read.
    pub fn asked(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The names of all variables that are not empty.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.variables.keys().map(String::as_str);
        names.filter(|name| self.value(name).is_some())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self {
            variables: variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            asked: Arc::default(),
        }
    }
}

fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, EnvFileError> {
    let text = std::fs::read_to_string(path).map_err(|reason| EnvFileError::Unreadable {
        path: path.display().to_string(),
        reason,
    })?;
    parse(&text).ok_or_else(|| EnvFileError::Malformed {
        path: path.display().to_string(),
        line: malformed_line(&text),
    })
}

/// The variables in the text of a `.env` file, if all of it can be read.
///
/// A `$` stands for itself, as it does where systemd and Docker read such a file: a key with one in it
/// must not become another key in silence. The parser would expand it, so it sees another character
/// in its place, save where the text itself says `\$`.
fn parse(text: &str) -> Option<BTreeMap<String, String>> {
    // Noncharacters (Unicode 23.7), which no text means to have; one that it does not have.
    let mut stand_ins = '\u{fdd0}'..='\u{fdef}';
    let stand_in = stand_ins.find(|&character| !text.contains(character))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut is_escaped = false;
    let masked: String = (text.chars())
        .map(|character| {
            let masked = match character {
                '$' if !is_escaped => stand_in,
                other => other,
            };
            is_escaped = character == '\\' && !is_escaped;
            masked
        })
        .collect();
    let variables = dotenvy::from_read_iter(masked.as_bytes());
    variables
        .map(|variable| {
            let (name, value) = variable.ok()?;
            Some((name, value.replace(stand_in, "$")))
        })
        .collect()
}

/// The first line that no more text after it would make good.
fn malformed_line(text: &str) -> usize {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut good = (0..lines.len()).rev();
    good.find(|&count| parse(&lines[..count].concat()).is_some())
        .map_or(1, |count| count + 1)
}
