-- Answers to the fields that the playbook declares, one document each: never searched inside.
ALTER TABLE leads ADD COLUMN custom_fields jsonb NOT NULL DEFAULT '{}';

ALTER TABLE accounts ADD COLUMN custom_fields jsonb NOT NULL DEFAULT '{}';
