-- A message may be sent from a send-as address of its mailbox (S7). Null: from the mailbox's own address.
alter table draft add alias text;
alter table delivery add alias text;
alter table bulk_message add alias text;

-- What an admin chose for a send-as address. Kept while Gmail does not accept the address.
create table mailbox_alias (
  instance_id uuid not null,
  mailbox_id uuid not null,
  address text not null,
  -- empty: as the mailbox
  display_name text not null default '',
  -- whether its template is the one below (null: blank) and not the mailbox's
  own_template boolean not null default false,
  template_id uuid,
  primary key (instance_id, mailbox_id, address),
  foreign key (instance_id, mailbox_id) references mailbox (instance_id, id) on delete cascade,
  foreign key (instance_id, template_id) references template (instance_id, id)
);
create index mailbox_alias_template on mailbox_alias (instance_id, template_id) where template_id is not null;
alter table mailbox_alias enable row level security;
create policy one_instance on mailbox_alias to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on mailbox_alias to postroom_app;
