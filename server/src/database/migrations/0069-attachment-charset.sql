-- The character set that a text file is declared to be in: its preview reads it.
alter table attachment add column charset text;
