-- How far the clock of a message's writer is ahead of UTC, in minutes, by the Date header.
alter table message add column utc_offset integer;
