-- Since when the provider has refused a connection's refresh without a reason; milliseconds since the epoch.
ALTER TABLE connection ADD COLUMN refresh_refused_since BIGINT;
