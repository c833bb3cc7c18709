//! The one door to the process environment.

use std::collections::BTreeMap;
use std::path::Path;

/// Environment variables, as the process and its `.env` file give them.
#[derive(Default, Clone)]
pub struct Environment(BTreeMap<String, String>);

/// Values may be secret, so only the names show.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
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
        "the environment file {path} has a line that is not `NAME=value` (quote values that have spaces or `#`)"
    )]
    Malformed {
        /// The file.
        path: String,
    },
}

impl Environment {
    /// The variables of this process; those of `env_file` fill in what the process does not set.
    /// A missing file is no error.
    pub fn of_process(env_file: &Path) -> Result<Self, EnvFileError> {
        let mut variables = read_env_file(env_file)?;
        #[expect(clippy::disallowed_methods, reason = "this is the one door")]
        let process = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        variables.extend(process);
        Ok(Self(variables))
    }

    /// The value of `name`; an empty one counts as unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, EnvFileError> {
    let shown = || path.display().to_string();
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(dotenvy::Error::Io(missing)) if missing.kind() == std::io::ErrorKind::NotFound => {
            return Ok(BTreeMap::new());
        }
        Err(dotenvy::Error::Io(reason)) => {
            return Err(EnvFileError::Unreadable {
                path: shown(),
                reason,
            });
        }
        Err(_) => return Err(EnvFileError::Malformed { path: shown() }),
    };
    lines
        .collect::<Result<_, _>>()
        .map_err(|refused| match refused {
            dotenvy::Error::Io(reason) => EnvFileError::Unreadable {
                path: shown(),
                reason,
            },
            _ => EnvFileError::Malformed { path: shown() },
        })
}
