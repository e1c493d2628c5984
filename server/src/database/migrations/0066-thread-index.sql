-- Thread-Index of mail by Outlook, which replies carry on.
alter table message add column thread_index text;
