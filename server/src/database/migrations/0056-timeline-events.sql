-- Tags put on and taken off stand in the timeline too, under the name the tag had.
alter table conversation_event
  add tag_id uuid,
  add tag_name text,
  drop constraint conversation_event_kind_check,
  add check (kind in ('done', 'reopened', 'snoozed', 'woken', 'assigned', 'unassigned', 'merged', 'unmerged', 'split', 'moved', 'tagged', 'untagged'));

-- When an address was disconnected from Gmail and connected again: the conversations open then tell of it.
create table mailbox_event (
  instance_id uuid not null,
  id uuid not null,
  mailbox_id uuid not null,
  kind text not null check (kind in ('disconnected', 'reconnected')),
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);
create index mailbox_event_at on mailbox_event (instance_id, mailbox_id, at);
alter table mailbox_event enable row level security;
create policy one_instance on mailbox_event to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on mailbox_event to postroom_app;
