-- What is known of a connection's refresh: who does it, since when, and when the next try is due.
ALTER TABLE connection ADD COLUMN refreshed_at BIGINT NOT NULL DEFAULT 0;        -- when the refresh token was issued
ALTER TABLE connection ADD COLUMN refresh_owner UUID;                            -- who holds the lease
ALTER TABLE connection ADD COLUMN refresh_lease_until BIGINT NOT NULL DEFAULT 0; -- until when
ALTER TABLE connection ADD COLUMN refresh_started_at BIGINT;                     -- set while nobody knows how a refresh ended
ALTER TABLE connection ADD COLUMN refresh_not_before BIGINT NOT NULL DEFAULT 0;  -- the end of the back-off
ALTER TABLE connection ADD COLUMN refresh_failures BIGINT NOT NULL DEFAULT 0;    -- in a row
ALTER TABLE connection ADD COLUMN refresh_failure TEXT;                          -- the last one, in a word
UPDATE connection SET refreshed_at = last_updated;

CREATE INDEX connection_refresh_started_at ON connection (refresh_started_at) WHERE refresh_started_at IS NOT NULL;
CREATE INDEX connection_refreshed_at ON connection (refreshed_at);
CREATE INDEX connection_last_updated ON connection (last_updated);
