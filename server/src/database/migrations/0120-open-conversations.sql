-- without transaction
-- The counts of open conversations are read from this index alone; its entries differ little, so it is small.
drop index concurrently if exists conversation_open;
create index concurrently conversation_open on conversation (instance_id, mailbox_id, assignee_id) where status = 'open';
