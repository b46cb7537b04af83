-- What was made with an API key ends with that key.
ALTER TABLE api_keys ADD COLUMN parent_id uuid NULL;

CREATE INDEX api_keys_parent ON api_keys (parent_id) WHERE parent_id IS NOT NULL;

ALTER TABLE calendar_feeds ADD COLUMN api_key_id uuid NULL;
