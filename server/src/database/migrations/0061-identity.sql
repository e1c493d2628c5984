-- Addresses of ours beside mailboxes and their send-as addresses (R11).
create table own_address (
  instance_id uuid not null references instance on delete cascade,
  address text not null,
  kind text not null check (kind in ('named', 'former')),
  added_at timestamptz not null default now(),
  primary key (instance_id, address)
);
comment on column own_address.address is 'Normalised. `@domain`: every address of ours exists in that domain too.';
comment on column own_address.kind is 'Named by an admin, or the address of a mailbox before its account was renamed.';
alter table own_address enable row level security;
create policy one_instance on own_address to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on own_address to postroom_app;

alter table message
  add sender jsonb,
  add delivered_to text[] not null default '{}';
comment on column message.sender is 'Who wrote a received message and who is answered (R9); null for other messages.';
comment on column message.delivered_to is 'The addresses it was delivered to, by its headers; normalised.';

-- Different senders without an address were one customer.
delete from customer_address where address = '';

-- Gmail joins what different people send by one form: a thread may have several conversations.
create index gmail_message_thread on gmail_message (instance_id, mailbox_id, gmail_thread_id);
