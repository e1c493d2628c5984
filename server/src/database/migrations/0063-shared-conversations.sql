-- The mailboxes that have a Gmail thread of a conversation, besides the one it is answered from (R12). A
-- column of its own, so that the list of a mailbox is read in its order from an index.
alter table conversation add other_mailbox_ids uuid[] not null default '{}';
update conversation set other_mailbox_ids = shared.mailbox_ids
from (
  select t.instance_id, t.conversation_id, array_agg(distinct t.mailbox_id) as mailbox_ids
  from gmail_thread t
  join conversation c on c.instance_id = t.instance_id and c.id = t.conversation_id
  where t.mailbox_id <> c.mailbox_id
  group by t.instance_id, t.conversation_id
) shared
where conversation.instance_id = shared.instance_id and conversation.id = shared.conversation_id;
create index conversation_in_other_mailbox on conversation (instance_id, status, last_message_at desc, id desc)
  where other_mailbox_ids <> '{}';
