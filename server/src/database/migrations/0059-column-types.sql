-- The types of the columns in generated/schema.ts come from such checks.
alter table conversation
  add check (last_direction in ('inbound', 'outbound', 'note'));
alter table conversation_merge
  add check (status in ('open', 'snoozed', 'done'));

-- Written beside the columns in generated/schema.ts.
comment on column attachment.message_id is 'Null while it belongs to a draft.';
comment on column conversation.quiet_for is 'Set where the conversation takes what this address writes beyond the hourly limit.';
comment on column conversation.version is 'Counts changes made by people, not incoming messages.';
comment on column conversation_event.tag_name is 'The name of the tag at that time.';
comment on column customer.last_name_key is 'The last word of the name in lower case, for search.';
comment on column customer.name_key is 'The name in lower case, for search.';
comment on column delivery.requested_from is 'The From that the last attempt passed to Gmail.';
comment on column delivery.scheduled is 'True if a person chose the time; false if sending is only delayed so that it can be undone.';
comment on column delivery.send_after is 'The message is not sent before this time.';
comment on column delivery_report.reason is 'One of mail/reports/bounce-reasons.ts; empty for a complaint.';
comment on column mailbox.cursor is 'Gmail''s historyId, an unsigned 64-bit number, as a decimal string.';
comment on column mailbox.next_retry_at is 'Set while the mailbox is disconnected for a cause that may pass.';
comment on column mailbox.sending_limited_until is 'Google accepts no message before this time.';
comment on column mailbox.synced_at is 'When the last sync that read everything at Gmail ended.';
comment on column message.redacted_at is 'When something was first removed from the message.';
comment on column message.writer_address is 'Normalized; for mail through a Google Group, the person who wrote.';
comment on column tag.name_key is 'The name in lower case, which is unique.';
