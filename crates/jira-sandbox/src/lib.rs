//! A simulated Atlassian Cloud.
