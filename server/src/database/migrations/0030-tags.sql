-- Tags: words an instance puts on its conversations.
create table tag (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 40),
  -- in lower case, so that a name is there once however it is written
  name_key text collate "C" generated always as (lower(name)) stored,
  color text not null check (color in ('gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink')),
  created_at timestamptz not null default now(),
  primary key (instance_id, id),
  unique (instance_id, name_key)
);
create table conversation_tag (
  instance_id uuid not null,
  conversation_id uuid not null,
  tag_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (instance_id, conversation_id, tag_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade,
  foreign key (instance_id, tag_id) references tag (instance_id, id) on delete cascade
);
create index conversation_tag_tag on conversation_tag (instance_id, tag_id, conversation_id);

-- A search somebody keeps among the views, for themselves or for everybody.
create table saved_filter (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  owner_id uuid references users on delete set null,
  shared boolean not null,
  name text not null check (length(name) between 1 and 60),
  query text not null check (length(query) between 1 and 500),
  created_at timestamptz not null default now(),
  primary key (instance_id, id)
);
create index saved_filter_owner on saved_filter (instance_id, owner_id);

-- All conversations, newest first, whatever their status: what a search without words looks through.
create index conversation_by_time on conversation (instance_id, last_message_at desc, id desc);

do $$ declare t text; begin
  foreach t in array array['tag', 'conversation_tag', 'saved_filter'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
