-- What happens, told to the product's back end once and in order.

-- How far the events of a project are numbered. The row is held to the end of each transaction that records
-- some, so that positions come in the order of the commits, and who reads on behind one misses none.
CREATE TABLE event_feed (
    project_id UUID   PRIMARY KEY NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    position   BIGINT NOT NULL, -- of the newest
    swept_to   BIGINT NOT NULL  -- of the newest that is no longer kept; 0: none
);

-- Events, for as long as they are kept. They outlive their connections.
CREATE TABLE event (
    event_id      UUID   PRIMARY KEY NOT NULL, -- version 7
    project_id    UUID   NOT NULL REFERENCES project (project_id) ON DELETE CASCADE,
    position      BIGINT NOT NULL, -- among all of the project
    connection_id UUID,
    provider      TEXT,
    external_id   TEXT,            -- NULL once it is erased
    sequence      BIGINT,          -- among those of the connection, without a gap
    subject       TEXT   NOT NULL, -- within one, order is kept on every way
    type          TEXT   NOT NULL,
    dedupe_key    TEXT,            -- what must not be told of a connection twice
    occurred_at   BIGINT NOT NULL,
    recorded_at   BIGINT NOT NULL,
    data          BYTEA,           -- sealed JSON; NULL once it is erased
    UNIQUE (project_id, position),
    UNIQUE (connection_id, dedupe_key)
);
-- With the type, so that a look for some types of one customer reads the index alone.
CREATE INDEX event_external_id ON event (project_id, external_id, position, type);
CREATE INDEX event_type ON event (project_id, type, position);
CREATE INDEX event_recorded_at ON event (recorded_at);

-- Whom events are about, so that they are found and erased by an account: by the SHA-256 of project, provider
-- and account.
CREATE TABLE event_account (
    account  BYTEA NOT NULL,
    event_id UUID  NOT NULL REFERENCES event (event_id) ON DELETE CASCADE,
    PRIMARY KEY (account, event_id)
);
CREATE INDEX event_account_event_id ON event_account (event_id);

-- What was told of a connection stands in its own row: by that it is told once, whichever process sees it.
ALTER TABLE connection ADD COLUMN event_sequence BIGINT NOT NULL DEFAULT 0; -- of its newest event
ALTER TABLE connection ADD COLUMN told_dead BOOLEAN NOT NULL DEFAULT FALSE; -- that only connecting again can help
ALTER TABLE connection ADD COLUMN told_missing_scopes TEXT; -- words between spaces; NULL: that none is missing
ALTER TABLE connection ADD COLUMN end_due_at BIGINT; -- when the next is due that is told of the grant's end
CREATE INDEX connection_end_due_at ON connection (end_due_at) WHERE end_due_at IS NOT NULL;

-- Those that are dead are no news. The first word on an end comes 14 days before it.
UPDATE connection SET told_dead = invalid_refresh_token;
UPDATE connection SET end_due_at = expires_at - 1209600000 WHERE expires_at IS NOT NULL AND invalid_refresh_token = FALSE;
