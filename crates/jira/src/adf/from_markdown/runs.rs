//! Runs of text with the same marks, as nodes.
//!
//! Space at the ends of lines and of marks does not show, and Markdown cannot write it. It goes,
//! or loses the mark, so that what is written again is the same.
//!
//! A run becomes a node as soon as it has ended: a large text has many, and nothing is kept of them.

use serde_json::{Value, json};

use super::addresses;
use super::on::On;

/// The nodes of the lines so far, and what is read of the one that follows.
#[derive(Default)]
pub(super) struct Runs<'a> {
    nodes: Vec<Value>,
    /// How many lines have ended since the last one that shows something.
    breaks: usize,
    /// Whether the line shows something.
    is_begun: bool,
    /// The run that may go on.
    run: Option<(String, On<'a>)>,
    /// Space that shows if something follows in the line, and the marks that are on all of it.
    space: String,
    on_space: On<'a>,
    /// The marks on what stands in front of it.
    before: On<'a>,
}

impl<'a> Runs<'a> {
    /// Adds text to the line.
    pub(super) fn text(&mut self, text: &str, on: On<'a>) {
        if on.is_code() {
            return self.words(text, on);
        }
        let rest = text.trim_start();
        let words = rest.trim_end();
        self.blank(&text[..text.len() - rest.len()], on);
        self.words(words, on);
        self.blank(&rest[words.len()..], on);
    }

    /// Adds a node to the line.
    pub(super) fn node(&mut self, node: Value) {
        self.show(On::default());
        self.end_run();
        self.nodes.push(node);
    }

    /// Ends the line, with the space at its end.
    pub(super) fn end_line(&mut self) {
        self.space.clear();
        self.end_run();
        self.is_begun = false;
        self.breaks += 1;
    }

    /// All nodes, without breaks above or below.
    pub(super) fn end(mut self) -> Vec<Value> {
        self.end_line();
        self.nodes
    }

    /// Neighbouring blanks are one as soon as they are written.
    fn blank(&mut self, space: &str, on: On<'a>) {
        if !self.is_begun || space.is_empty() {
            return;
        }
        self.on_space = if self.space.is_empty() {
            on
        } else {
            self.on_space.and(on)
        };
        self.space.push_str(space);
    }

    fn words(&mut self, words: &str, on: On<'a>) {
        if !words.is_empty() {
            self.show(on);
            self.push(words, on);
        }
    }

    /// What follows is seen, so that the space in front of it is, and the breaks above the line. Space
    /// has those marks that are on both sides.
    fn show(&mut self, on: On<'a>) {
        if !self.is_begun && !self.nodes.is_empty() {
            let breaks = std::mem::take(&mut self.breaks);
            (0..breaks).for_each(|_| self.nodes.push(json!({"type": "hardBreak"})));
        }
        self.breaks = 0;
        self.is_begun = true;
        if !self.space.is_empty() {
            let mut space = std::mem::take(&mut self.space);
            self.push(&space, self.on_space.and(self.before).and(on));
            space.clear();
            self.space = space;
        }
        self.before = on;
    }

    fn push(&mut self, text: &str, on: On<'a>) {
        match &mut self.run {
            Some((run, known)) if *known == on => run.push_str(text),
            _ => {
                self.end_run();
                self.run = Some((text.to_owned(), on));
            }
        }
    }

    fn end_run(&mut self) {
        if let Some((text, on)) = self.run.take() {
            addresses::link(text, on, &mut self.nodes);
        }
    }
}
