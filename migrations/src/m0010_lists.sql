-- Lists are sorted by columns without nulls: a day that is not known comes after all others, an amount that is not known before them.
ALTER TABLE leads ADD COLUMN follow_up_key timestamptz NOT NULL DEFAULT '9999-12-31T23:59:59+00:00';

UPDATE leads SET follow_up_key = follow_up_at WHERE follow_up_at IS NOT NULL;

CREATE INDEX leads_by_follow_up ON leads (follow_up_key, id) WHERE archived_at IS NULL;

ALTER TABLE opportunities ADD COLUMN revenue_key bigint NOT NULL DEFAULT -1;

ALTER TABLE opportunities ADD COLUMN close_key date NOT NULL DEFAULT '9999-12-31';

UPDATE opportunities SET revenue_key = COALESCE(expected_revenue, -1), close_key = COALESCE(expected_close_on, '9999-12-31');

CREATE INDEX opportunities_by_close ON opportunities (close_key, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_revenue ON opportunities (revenue_key, id) WHERE archived_at IS NULL;

CREATE INDEX contacts_by_change ON contacts (updated_at, id) WHERE archived_at IS NULL;

-- With all that a board counts and sums, so that it need not look at the rows.
DROP INDEX accounts_stage;

CREATE INDEX accounts_stage ON accounts (stage, holder_id, created_at, id, owner_id, archived_at) WHERE archived_at IS NULL;

DROP INDEX leads_stage;

CREATE INDEX leads_stage ON leads (stage, holder_id, created_at, id, owner_id, archived_at) WHERE archived_at IS NULL;

DROP INDEX opportunities_stage_by_time;

CREATE INDEX opportunities_stage_by_time
    ON opportunities (stage, created_at, id, account_id, owner_id, expected_revenue, archived_at) WHERE archived_at IS NULL;
