-- What a person's page does after Done, and whether their reply takes a conversation that nobody has.
alter table user_setting
  add column after_done text not null default 'next' check (after_done in ('next', 'list', 'stay')),
  add column take_unassigned boolean not null default true;
