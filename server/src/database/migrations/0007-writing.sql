-- When a message may leave: after the seconds in which it can be undone, or at the time chosen.
alter table delivery
  add send_after timestamptz not null default now(),
  add scheduled boolean not null default false;
update delivery set send_after = created_at;
create index delivery_waiting on delivery (send_after) where state in ('queued', 'sending');

-- Until when Google lets the mailbox send nothing; its queue waits.
alter table mailbox add sending_limited_until timestamptz;

-- How a user writes in an instance; a row is made with the first change.
create table user_setting (
  instance_id uuid not null references instance on delete cascade,
  user_id uuid not null references users on delete cascade,
  undo_seconds integer not null default 10 check (undo_seconds in (0, 5, 10, 20, 30)),
  signature_html text not null default '',
  primary key (instance_id, user_id)
);

-- What is being written: one for each user, conversation and kind; of new messages any number. Its id
-- becomes the message's.
create table draft (
  instance_id uuid not null,
  id uuid not null,
  user_id uuid not null references users on delete cascade,
  conversation_id uuid,
  kind text not null check (kind in ('reply', 'forward', 'note', 'new')),
  -- counts the saves: who saves over another window's words is told
  version integer not null default 1,
  mailbox_id uuid,
  recipients jsonb not null default '{"to":[],"cc":[],"bcc":[]}',
  subject text not null default '',
  html text not null default '',
  -- the message that is forwarded, quoted below
  forwarded_id uuid,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (instance_id, id),
  foreign key (instance_id) references instance on delete cascade,
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade,
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id),
  foreign key (instance_id, forwarded_id) references message (instance_id, id) on delete set null (forwarded_id),
  check ((kind = 'new') = (conversation_id is null))
);
create unique index draft_place on draft (instance_id, user_id, conversation_id, kind) where conversation_id is not null;
create index draft_conversation on draft (instance_id, conversation_id);

-- The message that one of ours forwards.
alter table message
  add forwarded_id uuid,
  add foreign key (instance_id, forwarded_id) references message (instance_id, id) on delete set null (forwarded_id);
create index message_forwarded on message (instance_id, forwarded_id) where forwarded_id is not null;
create index draft_forwarded on draft (instance_id, forwarded_id) where forwarded_id is not null;

-- An attachment is a draft's until the message is written.
alter table attachment
  alter message_id drop not null,
  add draft_id uuid,
  add foreign key (instance_id, draft_id) references draft (instance_id, id) on delete cascade,
  add check (num_nonnulls(message_id, draft_id) = 1);
create index attachment_draft on attachment (instance_id, draft_id, position) where draft_id is not null;
create index attachment_blob on attachment (instance_id, sha256);

-- Canned answers.
create table shortcut (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]*$'),
  html text not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (instance_id, id),
  unique (instance_id, name)
);

-- Customers are looked up by the beginning of the name, of its last word or of an address. Collation C:
-- the range a prefix is has an index then, and its operators are leakproof, so row security lets them use it.
alter table customer
  add name_key text collate "C" generated always as (lower(name)) stored,
  add last_name_key text collate "C" generated always as (lower(regexp_replace(name, '^.*\s', ''))) stored;
create index customer_name_key on customer (instance_id, name_key);
create index customer_last_name_key on customer (instance_id, last_name_key);
create index customer_address_prefix on customer_address (instance_id, address collate "C");

do $$ declare t text; begin
  foreach t in array array['user_setting', 'draft', 'shortcut'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
