-- Every table of a customer's data carries instance_id and a row-level-security policy: the
-- application's role sees and writes only the instance its transaction is bound to (see bind.ts).

do $$ begin
  create role postroom_app nologin;
exception when duplicate_object or unique_violation then null; -- roles belong to the whole server
end $$;
do $$ begin
  if not pg_has_role(current_user, 'postroom_app', 'member') or not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant postroom_app to %I', current_user);
  end if;
end $$;

-- Fails loudly where a transaction was not bound to an instance.
create function current_instance() returns uuid language sql stable parallel safe
  as $$ select current_setting('postroom.instance')::uuid $$;

-- People and instances: read and written by sign-in (instances/), outside any one instance.

create table users (
  id uuid primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table session (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null
);
create index session_user_id on session (user_id);
create table credential (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  account_id text not null,
  provider_id text not null,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null
);
create index credential_user_id on credential (user_id);
create table verification (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_identifier on verification (identifier);

create table instance (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]*$'),
  name text not null,
  kind text not null check (kind in ('production', 'sandbox')),
  created_at timestamptz not null default now()
);
create table membership (
  instance_id uuid not null references instance on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('admin', 'agent')),
  created_at timestamptz not null default now(),
  primary key (instance_id, user_id)
);
create index membership_user_id on membership (user_id);

-- Events: seq counts 1, 2, 3 … in an instance without a gap, in the order of commits.

create table event_sequence (
  instance_id uuid primary key references instance on delete cascade,
  last_seq bigint not null default 0
);
create table event (
  instance_id uuid not null references instance on delete cascade,
  seq bigint not null,
  type text not null,
  data jsonb not null,
  actor_id uuid,
  at timestamptz not null default now(),
  primary key (instance_id, seq)
);
create index event_at on event (at);

create table audit_entry (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  at timestamptz not null default now(),
  actor_id uuid,
  actor_name text not null,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  ip_address text,
  primary key (instance_id, id)
);

-- Mailboxes.

create table template (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  name text not null,
  html text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (instance_id, id)
);

create table mailbox (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  google_sub text not null,
  address text not null,
  display_name text not null,
  template_id uuid,
  dynamic_alias_name boolean not null default false,
  threading text not null default 'single' check (threading in ('single', 'history')),
  send_as jsonb not null default '[]',
  -- The Gmail historyId read up to; unsigned 64-bit, so wider than bigint.
  cursor numeric(20) not null check (cursor between 0 and 18446744073709551615),
  connected_at timestamptz not null,
  disconnected_at timestamptz,
  disconnected_code text,
  deleted_at timestamptz,
  last_message_received_at timestamptz,
  -- when the mailbox is next looked at unasked
  next_sync_at timestamptz not null default now(),
  -- failures in a row, and until when it is then left alone even when asked
  sync_failures integer not null default 0,
  sync_not_before timestamptz,
  -- set by whoever finds the mailbox being read by another; the reader looks again (inbound/sync.ts)
  sync_wanted boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (instance_id, id),
  foreign key (instance_id, template_id) references template (instance_id, id),
  check ((disconnected_at is null) = (disconnected_code is null))
);
-- C6: a Google account is in at most one instance of the deployment, whoever finishes first.
create unique index mailbox_one_per_google_account on mailbox (google_sub) where deleted_at is null;
create unique index mailbox_google_sub on mailbox (instance_id, google_sub);
create index mailbox_due on mailbox (next_sync_at) where deleted_at is null and disconnected_at is null;

create table mailbox_grant (
  instance_id uuid not null,
  mailbox_id uuid not null,
  refresh_token text not null,
  access_token text,
  access_token_expires_at timestamptz,
  scope text not null,
  granted_at timestamptz not null,
  refreshed_at timestamptz,
  primary key (instance_id, mailbox_id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);

-- One passage through Google's sign-in, from the button to Save Changes.
create table connection (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  user_id uuid not null references users on delete cascade,
  session_id uuid not null,
  mailbox_id uuid,
  state_hash text not null unique,
  secrets text not null,
  state text not null check (state in ('waiting', 'authorised', 'refused', 'saved', 'cancelled', 'expired')),
  refusal jsonb,
  google_sub text,
  address text,
  google_name text,
  tokens text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index connection_unfinished on connection (expires_at) where state in ('waiting', 'authorised');

-- Customers, conversations, messages.

create table customer (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, id)
);
create table customer_address (
  instance_id uuid not null,
  address text not null,
  customer_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, address),
  foreign key (instance_id, customer_id) references customer (instance_id, id) on delete cascade
);
create index customer_address_customer on customer_address (instance_id, customer_id);

create table conversation (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  customer_id uuid not null,
  mailbox_id uuid not null,
  subject text not null,
  status text not null default 'open' check (status in ('open', 'snoozed', 'done')),
  snoozed_until timestamptz,
  assignee_id uuid references users on delete set null,
  snippet text not null default '',
  last_direction text not null default 'inbound',
  last_message_at timestamptz not null,
  last_inbound_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (instance_id, id),
  foreign key (instance_id, customer_id) references customer (instance_id, id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index conversation_by_status on conversation (instance_id, status, last_message_at desc, id desc);
create index conversation_by_assignee on conversation (instance_id, assignee_id, status, last_message_at desc, id desc);
create index conversation_by_mailbox on conversation (instance_id, mailbox_id, status, last_message_at desc, id desc);
create index conversation_by_customer on conversation (instance_id, customer_id);

create table conversation_read (
  instance_id uuid not null,
  user_id uuid not null references users on delete cascade,
  conversation_id uuid not null,
  read_at timestamptz not null,
  primary key (instance_id, user_id, conversation_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);

create table message (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  conversation_id uuid not null,
  mailbox_id uuid,
  direction text not null check (direction in ('inbound', 'outbound', 'note')),
  -- postroom: written here; gmail: came from the mailbox (for outbound: sent from Gmail itself, R5)
  origin text not null check (origin in ('postroom', 'gmail')),
  author_id uuid references users on delete set null,
  rfc_message_id text,
  in_reply_to text,
  "references" text[] not null default '{}',
  from_name text not null default '',
  from_address text not null default '',
  recipients jsonb not null default '{"to":[],"cc":[],"bcc":[],"replyTo":[]}',
  subject text not null default '',
  -- Gmail's internalDate, never the Date header
  sent_at timestamptz not null,
  body_text text not null default '',
  body_html text,
  -- the same without quoted history and signature, where there is any (R7); what is shown first
  own_text text,
  own_html text,
  snippet text not null default '',
  unreadable text,
  created_at timestamptz not null default now(),
  primary key (instance_id, id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade,
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index message_timeline on message (instance_id, conversation_id, sent_at, id);
create index message_rfc_message_id on message (instance_id, rfc_message_id);

-- Each Gmail message is stored exactly once (R3): this key decides. The row outlives a deleted
-- message (message_id null), so that reading the mailbox again never brings it back.
create table gmail_message (
  instance_id uuid not null,
  mailbox_id uuid not null,
  gmail_id text not null,
  gmail_thread_id text not null,
  message_id uuid,
  internal_date timestamptz not null,
  stored_at timestamptz not null default now(),
  primary key (instance_id, mailbox_id, gmail_id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade,
  foreign key (instance_id, message_id) references message (instance_id, id) on delete set null (message_id)
);
create index gmail_message_message on gmail_message (instance_id, message_id);

create table gmail_thread (
  instance_id uuid not null,
  mailbox_id uuid not null,
  gmail_thread_id text not null,
  conversation_id uuid not null,
  primary key (instance_id, mailbox_id, gmail_thread_id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade,
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
create index gmail_thread_conversation on gmail_thread (instance_id, conversation_id);

create table raw_message (
  instance_id uuid not null,
  message_id uuid not null,
  size integer not null,
  zstd bytea not null,
  primary key (instance_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade
);
alter table raw_message alter column zstd set storage external;

create table blob (
  instance_id uuid not null references instance on delete cascade,
  sha256 bytea not null,
  bytes bytea not null,
  primary key (instance_id, sha256)
);
alter table blob alter column bytes set storage external;

create table attachment (
  instance_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  position integer not null,
  filename text not null,
  media_type text not null,
  size integer not null,
  content_id text,
  inline boolean not null,
  sha256 bytea not null,
  primary key (instance_id, id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade,
  foreign key (instance_id, sha256) references blob (instance_id, sha256)
);
create index attachment_message on attachment (instance_id, message_id, position);

create table delivery (
  instance_id uuid not null,
  message_id uuid not null,
  mailbox_id uuid not null,
  state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'held', 'cancelled')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  -- set before Gmail is asked to send, cleared when it certainly did not: while set, look in Sent first
  uncertain_since timestamptz,
  gmail_id text,
  code text,
  sentence text,
  remedy text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (instance_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade,
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index delivery_unfinished on delivery (instance_id, mailbox_id, created_at) where state in ('queued', 'sending', 'held');

-- The application's role: bound to one instance in every table that has one.
do $$ declare t text; begin
  for t in
    select c.table_name from information_schema.columns c
    where c.table_schema = current_schema() and c.column_name = 'instance_id'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
revoke update, delete on audit_entry from postroom_app;
revoke insert, update, delete on membership from postroom_app;

alter table instance enable row level security;
create policy one_instance on instance to postroom_app using (id = current_instance());
grant select on instance to postroom_app;
alter table users enable row level security;
create policy one_instance on users to postroom_app
  using (exists (select from membership m where m.user_id = users.id and m.instance_id = current_instance()));
grant select (id, name, email, image) on users to postroom_app;
do $$ begin execute format('grant usage on schema %I to postroom_app', current_schema()); end $$;
