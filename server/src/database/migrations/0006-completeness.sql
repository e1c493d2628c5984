-- The completeness check of a mailbox: how the last one went, or how far the present one is.
create table mailbox_check (
  instance_id uuid not null,
  mailbox_id uuid not null,
  state text not null check (state in ('waiting', 'listing', 'fetching', 'done', 'failed')),
  started_at timestamptz,
  finished_at timestamptz,
  -- messages at Gmail that belong here, and how many of them were stored before anything was fetched
  expected integer not null default 0,
  stored integer not null default 0,
  fetched integer not null default 0,
  -- those that were missing: [{gmailId, subject, from, date}], the first hundred
  missing jsonb not null default '[]',
  failure text,
  next_check_at timestamptz not null,
  primary key (instance_id, mailbox_id),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);
create index mailbox_check_due on mailbox_check (next_check_at);
alter table mailbox_check enable row level security;
create policy one_instance on mailbox_check to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on mailbox_check to postroom_app;
-- Spread over the first day, so that not all are checked at once.
insert into mailbox_check (instance_id, mailbox_id, state, next_check_at)
  select instance_id, id, 'waiting', now() + random() * interval '1 day' from mailbox where deleted_at is null;
