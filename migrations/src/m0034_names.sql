ALTER TABLE activities RENAME COLUMN prompted_by_id TO reminder_of_id;

ALTER TABLE activities RENAME COLUMN is_over_length TO is_too_long;

UPDATE events SET kind = 'opportunity.demo_given' WHERE kind = 'opportunity.demonstrated';

UPDATE events SET kind = 'opportunity.closing_overdue' WHERE kind = 'opportunity.closing_time_passed';

UPDATE events SET kind = 'activity.due' WHERE kind = 'activity.fell_due';

UPDATE events SET kind = 'evidence.sampled' WHERE kind = 'evidence.drawn';

-- The event feed can begin at a time and contain some kinds only.
CREATE INDEX events_occurred ON events (occurred_at);

CREATE INDEX events_kind ON events (kind, position);
