//! Foreign text, at every door: none ends the process, fills its memory or keeps it from answering.

mod attacked;
mod bodies;
mod bombs;
mod fuzz;
mod large;
mod long_lists;
mod long_texts;
mod poison;
