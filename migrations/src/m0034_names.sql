ALTER TABLE activities RENAME COLUMN prompted_by_id TO reminder_of_id;

ALTER TABLE activities RENAME COLUMN is_over_length TO is_too_long;

UPDATE events SET kind = 'opportunity.demo_given' WHERE kind = 'opportunity.demonstrated';

UPDATE events SET kind = 'opportunity.closing_overdue' WHERE kind = 'opportunity.closing_time_passed';

UPDATE events SET kind = 'activity.due' WHERE kind = 'activity.fell_due';

UPDATE events SET kind = 'evidence.sampled' WHERE kind = 'evidence.drawn';
