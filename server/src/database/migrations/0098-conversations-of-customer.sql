-- The page of a customer lists the conversations of each status, newest first.
create index conversation_of_customer on conversation
  (instance_id, customer_id, status, last_message_at desc, id desc);
drop index conversation_by_customer;
