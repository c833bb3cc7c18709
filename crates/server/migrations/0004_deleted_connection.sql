-- Connections that were deleted, so that every process learns of it. Kept for an hour.
CREATE TABLE deleted_connection (
    connection_id UUID   PRIMARY KEY NOT NULL,
    deleted_at    BIGINT NOT NULL
);
CREATE INDEX deleted_connection_deleted_at ON deleted_connection (deleted_at);
