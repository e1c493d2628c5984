-- A message that Gmail does not return, or that could not be stored, while other messages of the mailbox are
-- read. After a few attempts it is set aside: the cursor moves past it, and it is tried again with growing pauses.
create table unfetched_message (
  instance_id uuid not null,
  mailbox_id uuid not null,
  gmail_id text not null,
  arrived boolean not null,
  problem jsonb not null,
  attempts integer not null default 1,
  first_failed_at timestamptz not null,
  last_failed_at timestamptz not null,
  set_aside_at timestamptz,
  next_attempt_at timestamptz,
  subject text,
  sender text,
  internal_date timestamptz,
  gmail_thread_id text,
  primary key (instance_id, mailbox_id, gmail_id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);
create index unfetched_message_due on unfetched_message (next_attempt_at);
alter table unfetched_message enable row level security;
create policy one_instance on unfetched_message to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on unfetched_message to postroom_app;
comment on column unfetched_message.arrived is 'History reported it as new, so it belongs here whatever its date.';
comment on column unfetched_message.set_aside_at is 'Null while the cursor still waits for it.';
comment on column unfetched_message.next_attempt_at is 'Null when it is no longer tried by itself.';
comment on column unfetched_message.subject is 'Null, like the other columns of its headers, if Gmail does not return those either.';

-- An outage of a mailbox at Google (C2).
alter table mailbox
  add column failing_since timestamptz,
  add column failing_problem jsonb,
  add column trouble_since timestamptz,
  add column trouble_notified_at timestamptz;
create index mailbox_failing on mailbox (failing_since) where failing_since is not null;
comment on column mailbox.failing_since is 'All requests of its syncs have failed since then.';
comment on column mailbox.failing_problem is 'What the last of these failures was.';
comment on column mailbox.trouble_since is 'Set when it has been failing for long enough to be shown.';
comment on column mailbox.trouble_notified_at is 'When admins were notified of it.';
