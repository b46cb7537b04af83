-- How customers are getting on, in the playbook's words: another thing than the stage in which they stand on a board.
ALTER TABLE accounts ADD COLUMN customer_status text NULL;

CREATE INDEX accounts_customer_status ON accounts (customer_status, created_at, id) WHERE archived_at IS NULL;
