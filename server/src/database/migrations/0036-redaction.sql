-- What was taken out of a message (M1): never what it was, only that, by whom and when.
create table redaction (
  instance_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  -- a passage, a file, all of the message; cards: numbers of payment cards, by the instance's setting
  kind text not null check (kind in ('passage', 'attachment', 'message', 'cards')),
  actor_id uuid references users on delete set null,
  -- as they were called then; empty where nobody did it
  actor_name text not null default '',
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade
);
create index redaction_message on redaction (instance_id, message_id, at);
alter table redaction enable row level security;
create policy one_instance on redaction to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on redaction to postroom_app;

alter table message
  -- when something was first taken out: its words are no longer those of its copies at Gmail
  add redacted_at timestamptz,
  add deleted_at timestamptz;

-- Whether numbers of payment cards are taken out of what is stored.
alter table instance_setting add redact_cards boolean not null default false;
