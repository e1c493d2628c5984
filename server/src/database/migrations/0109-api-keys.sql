-- Keys of programs. A key acts as a user of its own, who has no password and no membership, so that what a program
-- wrote or changed carries the name of its key.
create table api_key (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  user_id uuid not null unique references users on delete cascade,
  name text not null,
  prefix text not null,
  token_hash text not null unique,
  scopes text[] not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip text,
  revoked_at timestamptz,
  primary key (instance_id, id)
);
alter table api_key enable row level security;
create policy one_instance on api_key to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update on api_key to postroom_app;
comment on column api_key.prefix is 'The beginning of the key, by which people recognise it.';
comment on column api_key.token_hash is 'SHA-256 of the whole key, in hexadecimal.';
comment on column api_key.revoked_at is 'The row stays, because messages and changes carry the name of the key.';

-- What is theirs in an instance shows the name of the key.
drop policy one_instance on users;
create policy one_instance on users to postroom_app
  using (exists (select from membership m where m.user_id = users.id and m.instance_id = current_instance())
    or exists (select from api_key k where k.user_id = users.id and k.instance_id = current_instance()));

-- The user of a key is deleted with it, when the instance is.
create function delete_user_of_key() returns trigger language plpgsql as $$
begin
  delete from users where id = old.user_id;
  return null;
end $$;
create trigger api_key_user after delete on api_key for each row execute function delete_user_of_key();
