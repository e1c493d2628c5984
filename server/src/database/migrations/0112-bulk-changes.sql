-- A bulk message saves itself while it is written: one entry of the audit log for what one person changes in a while.
alter table bulk_message add change_noted_at timestamptz, add change_noted_for uuid;
comment on column bulk_message.change_noted_at is 'When the last change of its text was put into the audit log.';
comment on column bulk_message.change_noted_for is 'Whose change that was.';
