-- When the first notification came that no sync has read yet: such mailboxes are read before those that are only due.
alter table mailbox add unread_since timestamptz;
create index mailbox_unread on mailbox (unread_since)
  where unread_since is not null and deleted_at is null and disconnected_at is null;

-- How many mailboxes are connected in this deployment: how often each can be polled depends on it.
alter table notification_health add connected_mailboxes integer not null default 0;
