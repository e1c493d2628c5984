-- The audit log only grows, whoever asks: its rows go with their instance, and not before (M2).
create function keep_audit_entries() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' and not exists (select from instance where id = old.instance_id) then return old; end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_entry
  for each row execute function keep_audit_entries();
create trigger never_truncated before truncate on audit_entry
  for each statement execute function keep_audit_entries();
revoke update, delete, truncate on audit_entry from postroom_app;
create index audit_entry_at on audit_entry (instance_id, at desc, id desc);
