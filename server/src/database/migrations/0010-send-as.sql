-- The send-as addresses are read from Gmail again now and then: when they were, and when they are next.
alter table mailbox
  add send_as_read_at timestamptz,
  add send_as_due_at timestamptz not null default now();
create index mailbox_send_as_due on mailbox (send_as_due_at) where deleted_at is null and disconnected_at is null;

-- The From a message was given for Gmail: what Gmail made of it may differ.
alter table delivery add asked_from jsonb;
