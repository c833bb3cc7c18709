-- A value that everybody knows, sealed: servers whose keys do not open it have other keys. One row.
CREATE TABLE key_check (
    id     UUID  PRIMARY KEY NOT NULL,
    sealed BYTEA NOT NULL
);
