-- The hourly limits (R6) count the person who would be answered, and for programs that write for many people,
-- such as web forms, their address in From with a limit of its own. Empty for what is not counted.
alter table message
  add counted_writer text not null default '',
  add counted_machine text not null default '';
drop index message_writer;
create index message_counted_writer on message (instance_id, counted_writer, sent_at) where counted_writer <> '';
create index message_counted_machine on message (instance_id, counted_machine, sent_at) where counted_machine <> '';
alter table instance_setting add form_messages_per_hour integer not null default 500
  check (form_messages_per_hour > 0);

-- What a limit holds back is open from now on, and so is what it held back lately and nobody has set done.
update conversation set status = 'open'
  where quiet_for is not null and status = 'done' and done_at is null
    and last_message_at > now() - interval '30 days';

-- The messages that those of a conversation cite but that were not stored when it was opened. A conversation
-- joins that of the message cited, if it was received in time.
create table awaited_message (
  instance_id uuid not null,
  rfc_message_id text not null,
  conversation_id uuid not null,
  until timestamptz not null,
  primary key (instance_id, rfc_message_id, conversation_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
create index awaited_message_conversation on awaited_message (instance_id, conversation_id);
alter table awaited_message enable row level security;
create policy one_instance on awaited_message to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on awaited_message to postroom_app;

-- Whom an agent moved a conversation to: answers go to this address, also where that customer has not written.
alter table conversation
  add answer_address text,
  add answer_address_since timestamptz;
