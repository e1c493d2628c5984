-- What a template was after each change, by whom. Its number tells a page whether somebody saved meanwhile.
alter table template add version integer not null default 1;

create table template_version (
  instance_id uuid not null,
  template_id uuid not null,
  version integer not null,
  name text not null,
  html text not null,
  author_id uuid references users on delete set null,
  -- empty where it was not kept who wrote it
  author_name text not null default '',
  -- the version whose content was taken up again
  restored_from integer,
  created_at timestamptz not null default now(),
  primary key (instance_id, template_id, version),
  foreign key (instance_id, template_id) references template (instance_id, id) on delete cascade
);
create index template_version_author on template_version (author_id) where author_id is not null;
insert into template_version (instance_id, template_id, version, name, html, created_at)
  select instance_id, id, 1, name, html, updated_at from template;

alter table template_version enable row level security;
create policy one_instance on template_version to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
-- Versions are never changed: they go with their template.
grant select, insert on template_version to postroom_app;
