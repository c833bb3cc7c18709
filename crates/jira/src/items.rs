//! The issues in an answer, each read as soon as it has come.
//!
//! A page of issues is megabytes of text, of which a fraction is kept. So no such answer is held whole:
//! its text is taken apart as it arrives, each issue becomes what is made of it, and its text is gone.
//! What stands around them is kept, and read when the answer is whole.

use std::sync::Arc;

use juncture_json::split::Splitter;
use serde::de::Error as _;

/// The member that holds them.
const LIST: &str = "issues";

/// More issues than Jira gives in any answer.
pub(crate) const MOST_ITEMS: usize = 5_000;

/// How the text of an issue is read.
pub(crate) type ReadItem<R> =
    Arc<dyn Fn(&[u8]) -> Result<R, juncture_json::Error> + Send + Sync + 'static>;

/// The issues of an answer that is on its way.
pub(crate) struct Items<R> {
    read: ReadItem<R>,
    splitter: Splitter,
    found: Vec<R>,
}

impl<R> Items<R> {
    pub(crate) fn new(read: &ReadItem<R>) -> Self {
        Self {
            read: Arc::clone(read),
            splitter: Splitter::of(LIST),
            found: Vec::new(),
        }
    }

    /// Takes the next pieces of the text, and reads the issues that have come with them.
    pub(crate) fn feed(
        mut self,
        pieces: Vec<impl AsRef<[u8]>>,
    ) -> Result<Self, juncture_json::Error> {
        let (read, found) = (&self.read, &mut self.found);
        for piece in pieces {
            self.splitter.feed(piece.as_ref(), &mut |text| {
                if found.len() == MOST_ITEMS {
                    let too_many = serde_json::Error::custom("more issues than Jira gives");
                    return Err(juncture_json::Error::from(too_many));
                }
                found.push(read(text)?);
                Ok(())
            })?;
        }
        Ok(self)
    }

    /// What stands around the issues, and they.
    pub(crate) fn end(self) -> (Vec<u8>, Vec<R>) {
        (self.splitter.end(), self.found)
    }
}
