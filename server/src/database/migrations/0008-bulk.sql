-- Bulk messages (S6): one message to many customers, each alone on To.
create table bulk_message (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  author_id uuid references users on delete set null,
  mailbox_id uuid not null,
  subject text not null,
  html text not null,
  state text not null default 'draft' check (state in ('draft', 'sending', 'paused', 'stopped', 'cancelled', 'done')),
  -- why it stopped by itself, or what it waits for: {code, sentence, remedy}
  reason jsonb,
  next_slice_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (instance_id, id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id)
);
create index bulk_message_due on bulk_message (next_slice_at) where state = 'sending';

create table bulk_recipient (
  instance_id uuid not null,
  bulk_id uuid not null,
  position integer not null,
  address text not null,
  name text not null,
  -- the columns of the file he came from, by their names
  fields jsonb not null default '{}',
  state text not null default 'waiting' check (state in ('waiting', 'written', 'left-out')),
  reason text,
  message_id uuid,
  -- names him in the link by which he unsubscribes
  token text not null unique,
  primary key (instance_id, bulk_id, position),
  unique (instance_id, bulk_id, address),
  foreign key (instance_id, bulk_id) references bulk_message (instance_id, id) on delete cascade,
  foreign key (instance_id, message_id) references message (instance_id, id) on delete set null (message_id)
);
create index bulk_recipient_waiting on bulk_recipient (instance_id, bulk_id, position) where state = 'waiting';
create index bulk_recipient_message on bulk_recipient (instance_id, message_id) where message_id is not null;

-- Who wants no more bulk messages.
create table unsubscribed (
  instance_id uuid not null references instance on delete cascade,
  address text not null,
  at timestamptz not null default now(),
  primary key (instance_id, address)
);

do $$ declare t text; begin
  foreach t in array array['bulk_message', 'bulk_recipient', 'unsubscribed'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
