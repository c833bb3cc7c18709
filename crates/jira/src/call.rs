//! One call as data: its method, path, query and body, before any byte is sent.

use reqwest::Method;
use serde::Serialize;
use url::Url;

use crate::error::{Error, Kind};

/// A method and the path that Atlassian documents for it, `{…}` standing for arguments. It names
/// the call in errors and logs, where the arguments have no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Whether it changes something. The method does not tell: searches are POSTs.
    pub(crate) is_write: bool,
}

/// A call that is ready to be sent.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
}

impl Endpoint {
    pub(crate) const fn get(path: &'static str) -> Self {
        Self {
            method: Method::GET,
            path,
            is_write: false,
        }
    }

    /// A read whose question is too long for a query string.
    pub(crate) const fn ask(path: &'static str) -> Self {
        Self {
            method: Method::POST,
            path,
            is_write: false,
        }
    }

    pub(crate) const fn write(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            is_write: true,
        }
    }

    /// A call of somebody else, of which only the method is looked at: all may change something but the
    /// two that read.
    pub(crate) fn passed_on(method: Method) -> Self {
        let is_write = !matches!(method, Method::GET | Method::HEAD);
        Self {
            method,
            path: "a path of the caller's",
            is_write,
        }
    }

    /// The call of this endpoint below `base`, with one argument for each `{…}` of its path.
    ///
    /// An argument stays one segment whatever it holds. What no encoding keeps in its place is
    /// refused: `.` and `..` name other paths, and URL parsers drop tabs and line ends.
    pub(crate) fn call(self, base: &Url, arguments: &[&str]) -> Result<Call, Error> {
        let mut url = base.clone();
        let mut arguments = arguments.iter();
        {
            let Ok(mut segments) = url.path_segments_mut() else {
                return Err(self.refuse("the API's address cannot have a path"));
            };
            segments.pop_if_empty();
            for segment in self.path.split('/').skip(1) {
                if !segment.starts_with('{') {
                    segments.push(segment);
                    continue;
                }
                let argument = arguments.next().copied().unwrap_or_default();
                if matches!(argument, "" | "." | "..") || argument.contains(char::is_control) {
                    drop(segments);
                    return Err(self.refuse("an id or key is empty or not fit for a path"));
                }
                segments.push(argument);
            }
        }
        Ok(Call {
            endpoint: self,
            url,
            body: None,
        })
    }

    fn refuse(self, reason: &'static str) -> Error {
        Error::new(self, Kind::Input(reason))
    }
}

impl Call {
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("our request bodies are plain data"));
        self
    }
}
