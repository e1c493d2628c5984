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
