-- A copy that was restored from a backup does nothing at Google until somebody says that the original is off.
create table pause (
  only_row boolean primary key default true check (only_row),
  paused_at timestamptz not null default now(),
  backup_at timestamptz not null,
  resumed_at timestamptz,
  resumed_by text
);
comment on table pause is 'Has a row only in a database that was restored from a backup.';
comment on column pause.backup_at is 'When the backup was made: what happened at the original since is not known here.';
comment on column pause.resumed_by is 'The name of the admin, or null: the command resume.';

-- Finds conversations whose job to reopen them was lost.
create index conversation_snoozed on conversation (snoozed_until) where status = 'snoozed';
