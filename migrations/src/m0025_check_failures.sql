-- Opportunities that a check could not judge: who they are and why, as a JSON list.
ALTER TABLE evidence_checks ADD COLUMN failures jsonb NOT NULL DEFAULT '[]';
