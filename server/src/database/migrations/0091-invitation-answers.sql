-- Answers to calendar invitations (G3): what is sent with the message, and whose answer to which event it is.
create table invitation_answer (
  instance_id uuid not null,
  message_id uuid not null,
  -- of the event (RFC 5545): an answer counts for each copy of its invitation
  uid text not null,
  -- empty: all of a series
  recurrence_id text not null default '',
  sequence integer not null,
  -- the invited address
  attendee text not null,
  participation text not null check (participation in ('accepted', 'tentative', 'declined')),
  calendar text not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade
);
create index invitation_answer_uid on invitation_answer (instance_id, uid);
alter table invitation_answer enable row level security;
create policy one_instance on invitation_answer to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on invitation_answer to postroom_app;

-- Finds what was sent later about the same event.
create index message_invitation_uid on message (instance_id, (invitation ->> 'uid')) where invitation is not null;
