-- A disconnected mailbox whose cause may pass is tried again now and then (mailboxes/heal.ts).
alter table mailbox
  add column next_probe_at timestamptz,
  add column probes integer not null default 0;
create index mailbox_probe on mailbox (next_probe_at) where next_probe_at is not null;

-- Hashes by which Google names a refresh token in a security event; the token itself is sealed.
alter table mailbox_grant add column token_marks text[] not null default '{}';
create index mailbox_grant_token_marks on mailbox_grant using gin (token_marks);

-- Security events of Google's already acted on, by their jti. Belongs to no instance.
create table security_event (
  jti text primary key,
  received_at timestamptz not null default now()
);
create index security_event_received_at on security_event (received_at);

-- What one user is told; data holds ids and codes only.
create table notification (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  user_id uuid not null references users on delete cascade,
  kind text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (instance_id, id)
);
create index notification_of_user on notification (instance_id, user_id, created_at desc, id desc);
create index notification_unread on notification (instance_id, user_id) where read_at is null;
alter table notification enable row level security;
create policy one_instance on notification to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on notification to postroom_app;
