-- How a mailbox hears of news: Gmail's watch of it, and what came of that.
alter table mailbox
  add watch_expires_at timestamptz,
  -- when the watch is next renewed; daily, with jitter
  add watch_renew_at timestamptz not null default now(),
  -- what Google said when it could not be renewed, in words; null while it can
  add watch_problem text,
  -- the last notification about this mailbox
  add heard_at timestamptz,
  -- the last time news was found that no notification had told of
  add missed_at timestamptz;
create index mailbox_watch_due on mailbox (watch_renew_at) where deleted_at is null and disconnected_at is null;
create index mailbox_address on mailbox (address) where deleted_at is null;

-- Whether notifications reach this deployment at all: one row, written by whoever listens. Not of an instance.
create table hearing (
  only_one boolean primary key default true check (only_one),
  problem jsonb,
  changed_at timestamptz not null default now()
);
insert into hearing default values;
grant select on hearing to postroom_app;
