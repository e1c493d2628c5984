-- When an organization answers, for its reports; without a row it is always open, in UTC.
create table opening_hours (
  instance_id uuid primary key references instance on delete cascade,
  -- an IANA name
  time_zone text not null,
  -- [{"day": 1 (Monday) to 7, "from": "09:00", "to": "17:00"}]; "24:00" is the end of a day
  week jsonb not null,
  -- [{"date": "2026-12-25", "name": "Christmas Day"}]
  holidays jsonb not null
);
alter table opening_hours enable row level security;
create policy one_instance on opening_hours to postroom_app
  using (instance_id = current_setting('postroom.instance')::uuid);
grant select, insert, update on opening_hours to postroom_app;
