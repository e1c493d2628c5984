-- The language a user last read Postroom in (ISO 639-1); null until a page of theirs said so.
alter table users add column language text;
grant select (language) on users to postroom_app;
