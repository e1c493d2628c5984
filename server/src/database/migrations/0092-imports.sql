-- Older mail of a mailbox that an admin asked for (G1), and the messages that an import has still to fetch.
create table mailbox_import (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  mailbox_id uuid not null,
  requested_by_id uuid references users on delete set null,
  created_at timestamptz not null default now(),
  days integer,
  since timestamptz,
  query text not null default '',
  state text not null default 'running'
    check (state in ('running', 'paused', 'done', 'cancelled', 'removing', 'removed')),
  page_token text,
  listed_at timestamptz,
  listed integer not null default 0,
  imported integer not null default 0,
  already_stored integer not null default 0,
  left_out integer not null default 0,
  set_aside integer not null default 0,
  problem jsonb,
  failures integer not null default 0,
  next_run_at timestamptz not null default now(),
  finished_at timestamptz,
  removed_up_to uuid,
  removed_messages integer not null default 0,
  removed_conversations integer not null default 0,
  kept_answered integer not null default 0,
  kept_joined integer not null default 0,
  kept_used integer not null default 0,
  kept_redacted integer not null default 0,
  primary key (instance_id, id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);
create index mailbox_import_mailbox on mailbox_import (instance_id, mailbox_id, created_at);
create index mailbox_import_due on mailbox_import (next_run_at) where state in ('running', 'removing');
comment on column mailbox_import.days is 'The last days, which begin at "since"; null for a search.';
comment on column mailbox_import.query is 'A search as Gmail takes it; empty for the last days.';
comment on column mailbox_import.listed_at is 'When all messages were listed; null while page_token is the next page.';
comment on column mailbox_import.removed_up_to is 'The last conversation that its removal has looked at.';

create table mailbox_import_message (
  instance_id uuid not null,
  import_id uuid not null,
  gmail_id text not null,
  position integer not null,
  primary key (instance_id, import_id, gmail_id),
  foreign key (instance_id, import_id) references mailbox_import (instance_id, id) on delete cascade
);
create index mailbox_import_message_position on mailbox_import_message (instance_id, import_id, position);
comment on column mailbox_import_message.position is 'In the order of Gmail''s list, newest first.';

alter table mailbox_import enable row level security;
create policy one_instance on mailbox_import to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on mailbox_import to postroom_app;
alter table mailbox_import_message enable row level security;
create policy one_instance on mailbox_import_message to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on mailbox_import_message to postroom_app;

-- Which import stored a message, or failed to fetch it; null: it came by itself.
alter table gmail_message
  add column import_id uuid,
  add foreign key (instance_id, import_id) references mailbox_import (instance_id, id) on delete set null (import_id);
create index gmail_message_import on gmail_message (instance_id, import_id) where import_id is not null;
alter table unfetched_message
  add column import_id uuid,
  add foreign key (instance_id, import_id) references mailbox_import (instance_id, id) on delete cascade;
