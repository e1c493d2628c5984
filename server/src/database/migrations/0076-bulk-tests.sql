-- A test of a bulk message carries what the message to one of its recipients will (S6). The recipient is named by
-- the position only, so that nothing about a customer is stored twice; 0: an example.
create table bulk_test (
  instance_id uuid not null,
  message_id uuid not null,
  bulk_id uuid not null,
  position integer not null,
  -- in its links to unsubscribe, with which nobody unsubscribes
  token text not null unique,
  primary key (instance_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade,
  foreign key (instance_id, bulk_id) references bulk_message (instance_id, id) on delete cascade
);
create index bulk_test_bulk on bulk_test (instance_id, bulk_id);
alter table bulk_test enable row level security;
create policy one_instance on bulk_test to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on bulk_test to postroom_app;
