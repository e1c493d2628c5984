-- The field's terms for stored values: notification channels, skipped recipients, ended snoozes.
alter table notification_preference
  drop constraint notice_choice_assigned_check,
  drop constraint notice_choice_unassigned_check,
  drop constraint notice_choice_mention_check,
  drop constraint notice_choice_mailbox_check;
update notification_preference set
  assigned = case assigned when 'here' then 'app' when 'mail' then 'email' else assigned end,
  unassigned = case unassigned when 'here' then 'app' when 'mail' then 'email' else unassigned end,
  mention = case mention when 'here' then 'app' when 'mail' then 'email' else mention end,
  mailbox = case mailbox when 'here' then 'app' when 'mail' then 'email' else mailbox end;
alter table notification_preference
  add check (assigned in ('none', 'app', 'email')),
  add check (unassigned in ('none', 'app', 'email')),
  add check (mention in ('none', 'app', 'email')),
  add check (mailbox in ('none', 'app', 'email'));

alter table bulk_recipient drop constraint bulk_recipient_state_check;
update bulk_recipient set state = 'skipped' where state = 'left-out';
alter table bulk_recipient add check (state in ('waiting', 'written', 'skipped'));

alter table conversation_event drop constraint conversation_event_kind_check;
update conversation_event set kind = 'unsnoozed' where kind = 'woken';
alter table conversation_event
  add check (kind in ('done', 'reopened', 'snoozed', 'unsnoozed', 'assigned', 'unassigned', 'merged', 'unmerged', 'split', 'moved', 'tagged', 'untagged'));
