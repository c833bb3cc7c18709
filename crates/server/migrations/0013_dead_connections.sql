-- Those that are dead are found, and counted, without a look at the others.
CREATE INDEX connection_invalid ON connection (connection_id) WHERE invalid_refresh_token = TRUE;
CREATE INDEX connection_expires_at ON connection (expires_at);
