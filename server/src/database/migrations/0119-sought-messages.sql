-- The Message-ID of a sent message is read back when something may refer to it: for a message that cites an unknown one,
-- or a report about one, what was sent to the same people is read once.
alter table awaited_message add column sought boolean not null default true;
alter table awaited_message alter column sought set default false;
create index awaited_message_to_seek on awaited_message (instance_id, conversation_id) where not sought;
alter table unmatched_report add column sought boolean not null default true;
alter table unmatched_report alter column sought set default false;
create index unmatched_report_to_seek on unmatched_report (instance_id, report_message_id) where not sought;
