-- Connections that came from an original deployment. One that is no longer in `connection` was deleted
-- here, and a later import does not bring it back.
CREATE TABLE imported_connection (
    connection_id UUID   PRIMARY KEY NOT NULL,
    imported_at   BIGINT NOT NULL
);
