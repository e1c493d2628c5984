-- What the author decided about the earlier messages that a reply quotes (docs/product.md, S3).
alter table draft add column quoting jsonb not null default '{"omitted": [], "added": []}';
alter table message add column quoting jsonb;
comment on column message.quoting is 'Null where the author decided nothing.';
