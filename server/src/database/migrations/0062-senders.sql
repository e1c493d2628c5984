alter table message add form_reply_to text;
comment on column message.form_reply_to is 'Whom a form names in Reply-To that is not verified (R9); normalised.';

-- A message is also found by the person behind a form or a list, by further authors, and by its Reply-To; all of
-- them count as its sender (from:).
create or replace function search_entry(m message, names text, has_files boolean, seq bigint) returns tsvector
  language plpgsql stable parallel safe as $$
declare
  subject tsvector := search_words(m.subject);
  senders jsonb := jsonb_build_array(jsonb_build_object('name', m.from_name, 'address', m.from_address), m.sender -> 'writer')
    || coalesce(m.sender -> 'otherAuthors', '[]') || coalesce(m.recipients -> 'replyTo', '[]');
  sender tsvector;
  sender_addresses text[];
  addressees tsvector;
  addresses text[];
begin
  select search_words(string_agg(distinct concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')),
      array_agg(distinct one ->> 'address') filter (where one ->> 'address' <> '')
    into sender, sender_addresses
    from jsonb_array_elements(senders) one;
  select search_words(string_agg(concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')),
      array_agg('t/' || (one ->> 'address')) filter (where one ->> 'address' <> '')
    into addressees, addresses
    from jsonb_each(m.recipients - 'replyTo') field, jsonb_array_elements(field.value) one;
  return setweight(subject, 'A') || setweight(sender || addressees, 'B')
    || setweight(search_words(names), 'C') || search_words(m.body_text)
    || array_to_tsvector(array(
      select left(lower(word), 200) from (
        select 's/' || word from unnest(tsvector_to_array(subject)) word
        union all select 'f/' || word from unnest(tsvector_to_array(sender) || sender_addresses) word
        union all select 't/' || word from unnest(tsvector_to_array(addressees)) word
        union all select unnest(addresses)
        union all select 'h/attachment' where has_files
        union all select 'i/' || right(m.instance_id::text, 8)
        union all select search_place(m.instance_id, 13, seq)
        union all select search_place(m.instance_id, 16, seq)
        union all select search_place(m.instance_id, 19, seq)
      ) words (word) where word is not null));
end $$;
