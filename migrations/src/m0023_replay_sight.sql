-- A kept answer is about this record, which its caller saw when it was given. It is given again only while the caller sees it.
ALTER TABLE idempotency_keys ADD COLUMN seen_record text NULL;
