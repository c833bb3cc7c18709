//! Three server processes on one PostgreSQL and one Redis, and callers who meet another of them with
//! every request.

mod answer;
mod changes;
mod connecting;
mod customer;
mod fleet;
mod kills;
mod report;
mod steps;
