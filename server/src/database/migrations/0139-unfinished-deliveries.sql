-- without transaction
-- Whether something waits in a conversation is asked twice for each message that is sent: of the hundreds that were sent
-- before, none is in this index. Its condition is not worded as that of delivery_unfinished, in which Postgres would read
-- all that waits in the instance.
drop index concurrently if exists delivery_unfinished_message;
create index concurrently delivery_unfinished_message on delivery (instance_id, message_id)
  where state not in ('sent', 'failed', 'cancelled');
