-- What connections have lived through, and how they are used.

-- What happened to a connection, and its calls to the provider. Kept for seven days, and the newest thousand
-- of each connection.
CREATE TABLE timeline_entry (
    entry_id      UUID PRIMARY KEY NOT NULL, -- version 7: when it happened
    connection_id UUID NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    detail        TEXT                       -- JSON
);
CREATE INDEX timeline_entry_connection_id ON timeline_entry (connection_id, entry_id);

-- What calls have shown of a connection. Apart from its row, which is large: it is written all the time.
CREATE TABLE connection_use (
    connection_id UUID PRIMARY KEY NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    last_used_at  BIGINT, -- to the minute
    error_code    TEXT,   -- the last error of a call that is about the connection
    error_at      BIGINT
);
