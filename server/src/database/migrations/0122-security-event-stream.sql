-- Where Google sends security events (Cross-Account Protection) since Postroom registered it there, and the test event it
-- asked for then. Belongs to no instance: a Google Cloud project has one receiver.
create table security_event_stream (
  only_row boolean primary key default true check (only_row),
  url text not null,
  registered_at timestamptz not null,
  test_state text,
  test_arrived_at timestamptz
);
comment on column security_event_stream.test_state is 'What the test event carries; null: none could be asked for.';
