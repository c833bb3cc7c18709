//! Projects, their keys and their OAuth apps: what keys may do, what whoever runs the server may do, and
//! that nothing of one project shows in another.

mod admin;
mod calls;
mod cloud;
mod command_line;
mod interleaved;
mod keys;
mod processes;
mod same_work;
mod scopes;
mod shares;
mod traces;
mod viewers;
