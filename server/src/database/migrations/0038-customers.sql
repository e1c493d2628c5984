-- What colleagues note about a customer.
create table customer_note (
  instance_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  author_id uuid references users on delete set null,
  body text not null,
  created_at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, customer_id) references customer (instance_id, id) on delete cascade
);
create index customer_note_customer on customer_note (instance_id, customer_id, created_at);

-- A customer that became part of another: all that is needed to part them again.
create table customer_merge (
  instance_id uuid not null,
  id uuid not null,
  into_id uuid not null,
  former_id uuid not null,
  former_name text not null,
  former_created_at timestamptz not null,
  addresses text[] not null,
  conversation_ids uuid[] not null,
  note_ids uuid[] not null,
  by_id uuid references users on delete set null,
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, into_id) references customer (instance_id, id) on delete cascade
);
create index customer_merge_into on customer_merge (instance_id, into_id, at);

-- A conversation that became part of another. Its subject is that of its first message.
create table conversation_merge (
  instance_id uuid not null,
  id uuid not null,
  into_id uuid not null,
  former_id uuid not null,
  customer_id uuid not null,
  mailbox_id uuid not null,
  assignee_id uuid references users on delete set null,
  status text not null,
  created_at timestamptz not null,
  message_ids uuid[] not null,
  event_ids uuid[] not null,
  -- [{mailboxId, gmailThreadId}]
  threads jsonb not null,
  participants text[] not null,
  by_id uuid references users on delete set null,
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, into_id) references conversation (instance_id, id) on delete cascade,
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index conversation_merge_into on conversation_merge (instance_id, into_id);
create index conversation_merge_former on conversation_merge (instance_id, former_id);

do $$ declare t text; begin
  foreach t in array array['customer_note', 'customer_merge', 'conversation_merge'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
