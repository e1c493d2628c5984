-- What the page of one address tells: when everything at Gmail had last been read, when its watch was renewed.
alter table mailbox
  add synced_at timestamptz,
  add watch_renewed_at timestamptz;
update mailbox set watch_renewed_at = watch_expires_at - interval '7 days' where watch_expires_at is not null;

-- From whom a mailbox could write, before it is saved: for the picture of what a customer will get.
alter table connection add send_as jsonb not null default '[]';

-- What came and left a day, and in the last 24 hours.
create index message_of_mailbox on message (instance_id, mailbox_id, sent_at);
