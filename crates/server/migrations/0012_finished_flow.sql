-- Flows that have ended in a connection, for those who come to their pages again.
CREATE TABLE finished_flow (
    code_hash BYTEA PRIMARY KEY NOT NULL,  -- SHA-256 of the connection code
    connection_id UUID NOT NULL REFERENCES connection (connection_id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    choice TEXT NOT NULL,                  -- what people call what they have picked
    expires_at BIGINT NOT NULL             -- when the code would have died; milliseconds since the epoch
);
CREATE INDEX finished_flow_expires_at ON finished_flow (expires_at);
CREATE INDEX finished_flow_connection_id ON finished_flow (connection_id);
ALTER TABLE used_state ADD COLUMN code_hash BYTEA; -- of the connection code that the state has led to
