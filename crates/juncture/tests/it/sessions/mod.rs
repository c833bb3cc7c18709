//! Connect sessions: flows that a back end prepares for one customer, and a browser that they are bound to.

mod binding;
mod branding;
mod choosing;
mod endings;
mod floods;
mod making;
mod opening;
mod required;
mod return_urls;
mod secrets;
