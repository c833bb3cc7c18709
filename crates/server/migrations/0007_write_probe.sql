-- What `/readyz` writes, and deletes in the same transaction, to see whether it can.
CREATE TABLE write_probe (
    id UUID PRIMARY KEY NOT NULL
);
