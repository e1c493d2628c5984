-- The field's terms for what earlier migrations named in words of our own.
alter table hearing rename to notification_health;
alter table shortcut rename to saved_reply;
alter table waiting_report rename to unmatched_report;
alter table notice_choice rename to notification_preference;
alter table connection rename column refusal to problem;
alter table mailbox rename column heard_at to notified_at;
alter table mailbox rename column missed_at to notification_missed_at;
alter table mailbox rename column sync_wanted to sync_requested;
alter table mailbox rename column probes to retry_count;
alter table mailbox rename column next_probe_at to next_retry_at;
alter table mailbox_grant rename column token_marks to token_identifier_hashes;
alter table delivery rename column asked_from to requested_from;
alter table message rename column stranger to from_new_participant;
