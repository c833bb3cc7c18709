-- Since when calls have shown that the site is not open to the grant any more; milliseconds since the epoch.
ALTER TABLE jira_connection ADD COLUMN site_lost_at BIGINT;
