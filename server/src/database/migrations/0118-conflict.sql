-- Ends the transaction as one that Postgres cannot serialize: it is run again from the start (retry-conflicts.ts).
create function raise_conflict(reason text) returns void language plpgsql as $$
begin
  raise exception '%', reason using errcode = 'serialization_failure';
end $$;
