-- What tells mail of a customer who was deleted (M3), so that an import (G1) does not bring them back.
create table deleted_mail_key (
  instance_id uuid not null references instance on delete cascade,
  key bytea not null,
  at timestamptz not null,
  primary key (instance_id, key)
);
comment on column deleted_mail_key.key is
  'SHA-256 of an address of theirs, or of the Message-ID of a message that was deleted with them; never the words.';
comment on column deleted_mail_key.at is 'When they were deleted: what Gmail accepted later is new.';
alter table deleted_mail_key enable row level security;
create policy one_instance on deleted_mail_key to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on deleted_mail_key to postroom_app;
