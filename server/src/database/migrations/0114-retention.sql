-- Done conversations are deleted so many days after; null: they stay.
alter table instance_setting add retention_days integer check (retention_days > 0);
-- Finds conversations that have been done for long.
create index conversation_done on conversation (instance_id, done_at) where status = 'done';
