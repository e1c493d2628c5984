-- What an admin chose in the form of a template, from which its HTML was made.
alter table template add column form jsonb;
comment on column template.form is 'The values of the form (TemplateForm); null: the HTML was written by hand.';
alter table template_version add column form jsonb;

-- Pictures that templates show. Each message sent with such a template has them as inline attachments.
create table template_picture (
  instance_id uuid not null references instance on delete cascade,
  -- the template refers to it as cid:<id>@postroom
  id uuid not null,
  filename text not null,
  media_type text not null,
  width integer not null,
  height integer not null,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, id)
);
alter table template_picture enable row level security;
create policy one_instance on template_picture to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on template_picture to postroom_app;
