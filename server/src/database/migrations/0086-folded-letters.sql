-- People and words are found however their letters are written: mueller finds Müller, and the reverse.

-- A text as names and words are compared: small letters without marks. By code points and Unicode's own tables
-- alone, so that it is the same whatever the locale of the database. The same as foldLetters (locales/fold-letters.ts).
create function fold_letters(words text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(words) = length(words) then return lower(words collate "C"); end if;
  words := regexp_replace(lower(normalize(words, NFKD) collate "C"), '[\u0300-\u036f\u3099\u309a]+', '', 'g');
  words := translate(words, 'ÆŒẞØøŁłĐđÐðıАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς',
    'æœßoollddddiабвгдежзиклмнопрстуфхцчшщъыьэюяєіґαβγδεζηθικλμνξοπρστυφχψωσ');
  return replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
end $$;

-- A text with ä, ö, ü, ø and å as people write them without these letters; any other text unchanged.
create function spell_out(words text) returns text language plpgsql immutable strict parallel safe as $$
declare
  composed text;
begin
  if octet_length(words) = length(words) then return words; end if;
  composed := normalize(words, NFC);
  if composed !~ '[ÄäÖöÜüØøÅå]' then return words; end if;
  composed := replace(replace(replace(replace(composed, 'Ä', 'Ae'), 'ä', 'ae'), 'Ö', 'Oe'), 'ö', 'oe');
  composed := replace(replace(replace(replace(composed, 'Ü', 'Ue'), 'ü', 'ue'), 'Ø', 'Oe'), 'ø', 'oe');
  return replace(replace(composed, 'Å', 'Aa'), 'å', 'aa');
end $$;

-- Whether a text contains what was typed, in any spelling.
create function contains_letters(words text, typed text) returns boolean language sql immutable parallel safe as $$
  select bool_or(position(other in one) > 0)
  from unnest(array[fold_letters(words), fold_letters(spell_out(words))]) one,
    unnest(array[fold_letters(typed), fold_letters(spell_out(typed))]) other
$$;

-- As before: folded, with punctuation as spaces.
create or replace function search_fold(words text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(words) = length(words) then
    words := lower(words collate "C");
    words := replace(replace(replace(replace(replace(words, '-', ' '), '.', ' '), '/', ' '), '@', ' '), '_', ' ');
    words := replace(replace(replace(replace(replace(words, ':', ' '), '+', ' '), '=', ' '), '&', ' '), '%', ' ');
    words := replace(replace(replace(replace(words, '#', ' '), '<', ' '), '>', ' '), '~', ' ');
    return replace(replace(replace(words, '*', ' '), '\', ' '), '|', ' ');
  end if;
  return regexp_replace(fold_letters(words),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3008-\u3020]+', ' ', 'g');
end $$;

-- As before, and a word with ä, ö, ü, ø or å is kept in both spellings at the same place.
create or replace function search_passage(words text) returns tsvector language plpgsql immutable parallel safe as $$
declare
  folded text := left(search_fold(words), 150000);
  has_unspaced boolean := octet_length(folded) <> length(folded) and folded ~ search_unspaced();
  spelled text := spell_out(words);
  found tsvector;
  others tsvector;
begin
  found := to_tsvector('simple',
    case when has_unspaced then regexp_replace(folded, search_unspaced() || '+', ' ', 'g') else folded end);
  if spelled is distinct from words then
    others := to_tsvector('simple', regexp_replace(left(search_fold(spelled), 150000), search_unspaced() || '+', ' ', 'g'));
    -- As text, because `||` would move the places of the second.
    found := (found::text || ' ' || ts_delete(others, tsvector_to_array(found))::text)::tsvector;
  end if;
  if has_unspaced then found := found || array_to_tsvector(search_pairs(folded, false)); end if;
  return found;
end $$;

-- One spelling of a searched expression: search_term as it was.
create function search_spelling(mark text, words text, beginning boolean) returns tsquery
  language plpgsql immutable as $$
declare
  folded text := search_fold(words);
  spaced text := regexp_replace(folded, search_unspaced() || '+', ' ', 'g');
  field text := case when mark = '' then '' else mark || '/' end;
  plain tsquery;
  pairs tsquery;
begin
  if mark <> '' and position('@' in words) > 0 then
    plain := quote_literal(field || left(replace(lower(words), '\', ''), 200))::tsquery;
    return case when beginning then (plain::text || ':*')::tsquery else plain end;
  end if;
  if mark = '' then
    plain := phraseto_tsquery('simple', spaced);
  else
    select coalesce(string_agg(quote_literal(field || left(lexeme, 200)), ' & ' order by positions[1]), '')::tsquery
      into plain from unnest(to_tsvector('simple', spaced));
  end if;
  if beginning and numnode(plain) > 0 then plain := (plain::text || ':*')::tsquery; end if;
  select coalesce(string_agg(quote_literal(field || pair) || case when length(pair) = 1 then ':*' else '' end, ' & '), '')::tsquery
    into pairs from unnest(search_pairs(folded, true)) pair;
  return plain && pairs;
end $$;

-- One searched expression, in each of its spellings.
create or replace function search_term(mark text, words text, beginning boolean) returns tsquery language sql immutable as $$
  select case when spell_out(words) = words then search_spelling(mark, words, beginning)
    else search_spelling(mark, words, beginning) || search_spelling(mark, spell_out(words), beginning) end
$$;

-- Whether a text has words that earlier versions did not find.
create function search_finds_more(words text) returns boolean language sql immutable parallel safe as $$
  select words ~ search_unspaced() or spell_out(words) <> words
$$;

-- What is there already is indexed again in the background (search/rebuild-search.ts).
insert into search_rebuild (instance_id) select distinct instance_id from message_search
  on conflict (instance_id) do update set before = 'infinity';

-- Customers are found by both spellings. The second is null where it is the same.
drop index customer_name_key, customer_last_name_key;
alter table customer drop column name_key, drop column last_name_key;
alter table customer
  add column name_key text collate "C" generated always as (fold_letters(name)) stored,
  add column last_name_key text collate "C" generated always as (fold_letters(regexp_replace(name, '^.*\s', ''))) stored,
  add column spelled_name_key text collate "C"
    generated always as (nullif(fold_letters(spell_out(name)), fold_letters(name))) stored,
  add column spelled_last_name_key text collate "C" generated always as (nullif(
    fold_letters(spell_out(regexp_replace(name, '^.*\s', ''))), fold_letters(regexp_replace(name, '^.*\s', '')))) stored;
create index customer_name_key on customer (instance_id, name_key);
create index customer_last_name_key on customer (instance_id, last_name_key);
create index customer_spelled_name_key on customer (instance_id, spelled_name_key) where spelled_name_key is not null;
create index customer_spelled_last_name_key on customer (instance_id, spelled_last_name_key)
  where spelled_last_name_key is not null;
