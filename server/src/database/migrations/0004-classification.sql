-- What a message is (mail/classify.ts), who wrote it, and whether he is new to the conversation.
alter table message
  add kind text not null default 'ordinary' check (kind in ('ordinary', 'list', 'auto-reply', 'bounce', 'complaint')),
  -- normalised; behind a Google Group, the person who wrote
  add writer_address text not null default '',
  add stranger boolean not null default false;
update message set writer_address = lower(from_address) where direction = 'inbound';
create index message_writer on message (instance_id, writer_address, sent_at) where direction = 'inbound';

-- The conversation that takes what one address writes beyond the limit of an hour (R6).
alter table conversation add quiet_for text;
-- When it was last set done; null while it is not, or where it was done before this was kept.
alter table conversation add done_at timestamptz;
create unique index conversation_quiet_for on conversation (instance_id, quiet_for) where quiet_for is not null;

-- Who takes part in a conversation: its writers and those they and we wrote to, normalised. A stranger
-- is not one until somebody who is writes to him.
create table participant (
  instance_id uuid not null,
  conversation_id uuid not null,
  address text not null,
  primary key (instance_id, conversation_id, address),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
insert into participant
  select distinct m.instance_id, m.conversation_id, lower(a.address)
  from message m cross join lateral (
    select m.from_address as address
    union all
    select each ->> 'address' from jsonb_each(m.recipients) field cross join jsonb_array_elements(field.value) each
    where field.key in ('to', 'cc', 'bcc')
  ) a
  where m.direction <> 'note' and a.address <> '';

-- What came back about a message of ours, for one recipient (RFC 3464, RFC 5965).
create table delivery_report (
  instance_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  report_message_id uuid not null,
  kind text not null check (kind in ('failed', 'delayed', 'complaint')),
  recipient text not null,
  -- RFC 3463; empty for a complaint
  status text not null,
  diagnostic text not null,
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade,
  foreign key (instance_id, report_message_id) references message (instance_id, id) on delete cascade
);
create index delivery_report_message on delivery_report (instance_id, message_id);
create index delivery_report_report on delivery_report (instance_id, report_message_id);

-- A report about a message whose Sent copy has not been met yet, by the Message-IDs it names.
create table waiting_report (
  instance_id uuid not null,
  rfc_message_id text not null,
  report_message_id uuid not null,
  report jsonb not null,
  primary key (instance_id, rfc_message_id, report_message_id),
  foreign key (instance_id, report_message_id) references message (instance_id, id) on delete cascade
);
create index waiting_report_report on waiting_report (instance_id, report_message_id);

-- What an instance's admins set for receiving; a row is made with the first change.
create table instance_setting (
  instance_id uuid primary key references instance on delete cascade,
  messages_per_hour integer not null default 20 check (messages_per_hour between 1 and 100000),
  new_conversation_after_days integer check (new_conversation_after_days between 1 and 3650)
);

do $$ declare t text; begin
  foreach t in array array['participant', 'delivery_report', 'waiting_report', 'instance_setting'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
