-- Raw messages and attachments may be in an object store: then the row has their location, and no bytes.
alter table raw_message add column location text check (location ~ '^(s3://|directory:)');
alter table blob add column location text check (location ~ '^(s3://|directory:)');
comment on column raw_message.location is 'Where the bytes are, if not here: the name of a store and a key.';
comment on column blob.location is 'Where the bytes are, if not here: the name of a store and a key.';
-- Finds what is not moved yet.
create index raw_message_here on raw_message (instance_id) where location is null;
create index blob_here on blob (instance_id) where location is null;

-- What is to be deleted from an object store: written in the transaction that no longer needs it.
create table object_removal (
  location text primary key,
  due_at timestamptz not null default now()
);
comment on table object_removal is
  'Also a row for each object that is being written, until a row refers to it: one that nobody finished is deleted.';
create index object_removal_due on object_removal (due_at);

create function remove_object() returns trigger language plpgsql security definer
  set search_path from current as $$
begin
  insert into object_removal (location) values (old.location) on conflict (location) do update set due_at = now();
  return null;
end $$;

do $$ declare t text; begin
  foreach t in array array['raw_message', 'blob'] loop
    execute format('create trigger object_is_unused after delete on %I for each row
      when (old.location is not null) execute function remove_object()', t);
    execute format('create trigger object_was_replaced after update of location on %I for each row
      when (old.location is not null and old.location is distinct from new.location) execute function remove_object()', t);
  end loop;
end $$;
