-- What one user wants to be told, and how; no row: the usual (notifications/choices.ts).
create table notice_choice (
  instance_id uuid not null,
  user_id uuid not null,
  assigned text not null check (assigned in ('none', 'here', 'mail')),
  unassigned text not null check (unassigned in ('none', 'here', 'mail')),
  mention text not null check (mention in ('none', 'here', 'mail')),
  mailbox text not null check (mailbox in ('none', 'here', 'mail')),
  primary key (instance_id, user_id),
  foreign key (instance_id, user_id) references membership on delete cascade
);
alter table notice_choice enable row level security;
create policy one_instance on notice_choice to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on notice_choice to postroom_app;

-- Set until somebody has taken it up to be told by mail, and when it was.
alter table notification
  add column mail_due_at timestamptz,
  add column mailed_at timestamptz;
create index notification_mail_due on notification (mail_due_at) where mail_due_at is not null;
