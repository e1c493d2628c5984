-- What each process says of itself every few seconds, so that the page Health shows all of them. Unlogged: after a crash of
-- Postgres, or on a promoted standby, each process writes its row again.
create unlogged table process_report (
  id uuid primary key,
  role text not null,
  pid integer not null,
  started_at timestamptz not null,
  reported_at timestamptz not null,
  figures jsonb not null
);
comment on table process_report is 'Belongs to no instance, and names none.';
comment on column process_report.pid is 'The process id of its log lines.';
