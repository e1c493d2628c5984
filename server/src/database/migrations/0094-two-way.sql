-- Two-way sync (G2): what is done here is archived in Gmail, and back. Off unless an admin switches it on.
alter table mailbox
  add column two_way boolean not null default false,
  add column two_way_problem jsonb;
comment on column mailbox.two_way is 'An admin wants changes to go both ways between Postroom and Gmail.';
comment on column mailbox.two_way_problem is 'Why it has stopped although it is wanted: Google no longer allows it.';
alter table connection add column two_way boolean not null default false;
comment on column connection.two_way is 'Asks for the permission of two-way sync; nothing else of the mailbox changes.';

-- Where the messages of a conversation are in one mailbox, and where they are to be: an outbox that keeps only the
-- latest wanted state.
create table gmail_place (
  instance_id uuid not null,
  conversation_id uuid not null,
  mailbox_id uuid not null,
  known_place text check (known_place in ('inbox', 'archive', 'spam', 'trash')),
  wanted_place text check (wanted_place in ('inbox', 'archive', 'spam')),
  known_read_until timestamptz,
  wanted_read_until timestamptz,
  version integer not null default 0,
  attempts integer not null default 0,
  wanted_at timestamptz,
  due_at timestamptz,
  primary key (instance_id, conversation_id, mailbox_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade,
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade
);
create index gmail_place_due on gmail_place (due_at) where due_at is not null;
create index gmail_place_mailbox on gmail_place (instance_id, mailbox_id);
alter table gmail_place enable row level security;
create policy one_instance on gmail_place to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on gmail_place to postroom_app;
comment on column gmail_place.known_place is 'The last place that Postroom set or saw; null: none yet.';
comment on column gmail_place.wanted_place is 'Null: Gmail has what is wanted.';
comment on column gmail_place.version is 'Grows with each wanted state: one that changed while it was applied is applied again.';
comment on column gmail_place.wanted_at is 'Older mail that is imported into the conversation after this stays as it is in Gmail.';
comment on column gmail_place.due_at is 'Null when nothing is wanted.';

-- Every way in which a conversation becomes done or stops being done. What the sync copies from Gmail takes the
-- wanted place of that mailbox back in the same transaction.
create function want_gmail_place() returns trigger language plpgsql as $$
begin
  insert into gmail_place (instance_id, conversation_id, mailbox_id, wanted_place, wanted_at, due_at)
  select new.instance_id, new.id, mailbox.id, case new.status when 'done' then 'archive' else 'inbox' end, now(), now()
  from mailbox
  where mailbox.instance_id = new.instance_id and mailbox.two_way and mailbox.deleted_at is null
    and exists (
      select from message
      join gmail_message copy on copy.instance_id = message.instance_id and copy.message_id = message.id
      where message.instance_id = new.instance_id and message.conversation_id = new.id
        and copy.mailbox_id = mailbox.id)
  on conflict (instance_id, conversation_id, mailbox_id) do update set
    wanted_place = excluded.wanted_place, wanted_at = now(), due_at = now(), attempts = 0,
    version = gmail_place.version + 1;
  return null;
end $$;
create trigger conversation_gmail_place after update of status on conversation
  for each row when ((old.status = 'done') is distinct from (new.status = 'done'))
  execute function want_gmail_place();

-- What somebody has read here is read in Gmail. Reading the same messages again wants nothing.
create function want_gmail_read() returns trigger language plpgsql as $$
begin
  insert into gmail_place (instance_id, conversation_id, mailbox_id, wanted_read_until, wanted_at, due_at)
  select new.instance_id, new.conversation_id, mailbox.id, new.read_at, now(), now()
  from mailbox
  left join gmail_place place on place.instance_id = mailbox.instance_id and place.mailbox_id = mailbox.id
    and place.conversation_id = new.conversation_id
  where mailbox.instance_id = new.instance_id and mailbox.two_way and mailbox.deleted_at is null
    and exists (
      select from message
      join gmail_message copy on copy.instance_id = message.instance_id and copy.message_id = message.id
      where message.instance_id = new.instance_id and message.conversation_id = new.conversation_id
        and message.direction = 'inbound' and copy.mailbox_id = mailbox.id and copy.internal_date <= new.read_at
        and copy.internal_date > coalesce(greatest(place.known_read_until, place.wanted_read_until), '-infinity'))
  on conflict (instance_id, conversation_id, mailbox_id) do update set
    wanted_read_until = greatest(gmail_place.wanted_read_until, excluded.wanted_read_until),
    wanted_at = now(), due_at = now(), attempts = 0, version = gmail_place.version + 1;
  return null;
end $$;
create trigger conversation_read_gmail after insert or update of read_at on conversation_read
  for each row execute function want_gmail_read();

-- How a conversation became done or open, where nobody did it here or it was moved to spam.
alter table conversation_event add column via text check (via in ('gmail', 'gmail-spam', 'spam'));
comment on column conversation_event.via is
  'gmail: archived, or moved to the inbox, in Gmail; gmail-spam: moved to spam in Gmail; spam: moved to spam here.';
