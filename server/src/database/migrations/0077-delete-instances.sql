-- An instance is deleted slice by slice (database/erase-instance.ts), so its audit log ends before itself.
create or replace function keep_audit_entries() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE'
    and not exists (select from instance where id = old.instance_id and deleted_at is null) then return old; end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;

-- The messages of a deleted instance are not indexed again when their attachments are deleted.
create function search_attachments_deleted() returns trigger language plpgsql as $$
begin
  perform search_refresh(array_agg(changed.instance_id), array_agg(message_id))
    from changed join instance on instance.id = changed.instance_id
    where message_id is not null and instance.deleted_at is null;
  return null;
end $$;
drop trigger attachment_found_no_more on attachment;
create trigger attachment_found_no_more after delete on attachment
  referencing old table as changed for each statement execute function search_attachments_deleted();

-- For the foreign key: its primary key has the user before the conversation.
create index conversation_read_conversation on conversation_read (instance_id, conversation_id);
