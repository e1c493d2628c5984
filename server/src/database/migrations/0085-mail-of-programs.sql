-- Whether a program sent a received message, such as a newsletter or a receipt (RFC 3834 §2). False for mail that was
-- received before this was kept.
alter table message add column by_program boolean not null default false;
