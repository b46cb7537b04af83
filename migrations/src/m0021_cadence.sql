-- Which rule of the playbook planned an activity, and what it reminds of.
ALTER TABLE activities ADD COLUMN rule text NULL;

ALTER TABLE activities ADD COLUMN prompted_by_id uuid NULL;

CREATE INDEX activities_prompted_by ON activities (prompted_by_id) WHERE prompted_by_id IS NOT NULL;

-- When the customer was given a demo, and until when the opportunity is to be closed after it.
ALTER TABLE opportunities ADD COLUMN demonstrated_at timestamptz NULL;

ALTER TABLE opportunities ADD COLUMN closing_due_at timestamptz NULL;
