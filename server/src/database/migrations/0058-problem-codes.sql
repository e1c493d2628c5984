-- Problems are stored as jsonb {code, params}; their words are in locales/. Sentences of earlier versions become
-- codes by the English texts they were written with; one that is not recognized is kept as it was, by the code
-- `legacy` with the params `title` and `detail`.
create temporary table former_problem (area text, former_code text, pattern text, code text, param_names text[]) on commit drop;
insert into former_problem values
  ('delivery', 'mailbox-disconnected', '^(.+) is disconnected from Gmail\.$', 'mailbox-disconnected', '{address}'),
  ('delivery', 'held-over-a-day', '^It was written more than a day ago, while (.+) was disconnected\.$', 'held-too-long', '{address}'),
  ('delivery', 'perhaps-sent', '^Postroom did not learn whether Gmail sent it before it was disconnected\.$', 'maybe-sent', '{}'),
  ('delivery', 'sending-limit', '^(.+) has reached Google.s sending limit\.$', 'sending-limit', '{address}'),
  ('delivery', 'google-busy', '^Google did not take the message yet\.$', 'google-busy', '{}'),
  ('delivery', 'not-learnt', '^Google did not say whether it sent the message\.$', 'send-outcome-unknown', '{}'),
  ('delivery', 'google-unreachable', '^Postroom cannot reach Google\.$', 'google-unreachable', '{}'),
  ('delivery', 'project-limit', '^This Postroom.s Google Cloud project has used up what its owner lets it ask of Gmail in a day\.$', 'project-limit', '{}'),
  ('delivery', 'too-fast', '^Gmail asks (.+) to slow down\.$', 'rate-limited', '{address}'),
  ('delivery', 'not-found', '^Gmail did not find the mailbox this message should be sent from\.$', 'sender-not-found', '{}'),
  ('delivery', 'history-expired', '^Gmail did not find the mailbox this message should be sent from\.$', 'sender-not-found', '{}'),
  ('google', 'message-too-large', '^The message is larger than Gmail accepts\.$', 'message-too-large', '{}'),
  ('google', 'recipient-refused', '^Gmail does not accept the address of a recipient\.$', 'recipient-refused', '{}'),
  ('google', 'google-refused', '^Google refused: (.+)$', 'google-refused', '{message}'),
  ('google', 'google-refused', '^Google refused without a reason\.$', 'google-refused-without-reason', '{}'),
  ('google', 'pubsub-forbidden', '^Google Cloud does not let Postroom use the Pub/Sub topic or subscription\.$', 'pubsub-forbidden', '{}'),
  ('google', 'no-credentials', '^Postroom has no credentials for Google Cloud Pub/Sub\.$', 'no-credentials', '{}'),
  ('google', 'channel-missing', '^The Pub/Sub topic or subscription that Google announces new mail through does not exist\.$', 'pubsub-topic-missing', '{}'),
  ('google', 'pubsub-silent', '^Google Cloud Pub/Sub does not answer\.$', 'pubsub-unreachable', '{}'),
  ('google', 'stale-code', '^Google no longer accepts this sign-in: it was used before or took too long\.$', 'authorization-code-expired', '{}'),
  ('google', 'redirect-unknown', '^Google does not know this Postroom.s address\.$', 'redirect-uri-mismatch', '{}'),
  ('google', 'identity-unproven', '^Google.s answer does not prove who signed in\.$', 'id-token-invalid', '{}'),
  ('google', 'no-lasting-access', '^Google gave access for an hour only, not for as long as the address is connected\.$', 'no-refresh-token', '{}'),
  ('connection', 'link-unknown', '^This sign-in link is not known to Postroom\.$', 'sign-in-unknown', '{}'),
  ('connection', 'link-used', '^This sign-in was already finished: its link works once\.$', 'sign-in-already-used', '{}'),
  ('connection', 'link-expired', '^This sign-in took longer than ten minutes\.$', 'sign-in-timed-out', '{}'),
  ('connection', 'link-cancelled', '^This sign-in was cancelled in Postroom\.$', 'sign-in-cancelled', '{}'),
  ('connection', 'other-browser', '^This sign-in was started in another browser, or by someone else\.$', 'other-browser', '{}'),
  ('connection', 'admins-only', '^Only admins can connect an address, and you are not one any more\.$', 'admins-only-connect', '{}'),
  ('connection', 'consent-refused', '^You did not allow Postroom to use the account, so nothing was connected\.$', 'consent-denied', '{}'),
  ('connection', 'blocked-by-admin', '^Your Google Workspace administrator does not allow Postroom to use Gmail\.$', 'connect-blocked-by-admin', '{}'),
  ('connection', 'outside-organisation', '^This Postroom connects accounts of its own [a-zA-Z ]* only, and this account is of another\.$', 'outside-organization', '{}'),
  ('connection', 'consumer-account', '^(.+) is a personal Google account\. Postroom connects Google Workspace mailboxes\.$', 'consumer-account', '{address}'),
  ('connection', 'address-unverified', '^Google has not verified that (.+) belongs to this account\.$', 'address-unverified', '{address}'),
  ('connection', 'no-mailbox', '^(.+) has no Gmail mailbox of its own: it may be a Google Group, or Gmail is switched off for it\.$', 'no-mailbox', '{address}'),
  ('connection', 'alias', '^(.+) is an alias: its mail is in the mailbox (.+)\.$', 'alias', '{address,mailbox}'),
  ('connection', 'another-account', '^You signed in as (.+), but this reconnects (.+)\.$', 'another-account', '{address,wanted}'),
  ('connection', 'already-connected', '^(.+) is already connected here\.$', 'already-connected', '{address}'),
  ('connection', 'connected-elsewhere', '^(.+) is already connected to another [a-z]+ of this Postroom\.$', 'connected-elsewhere', '{address}'),
  ('connection', 'connected-elsewhere', '^(.+) is already connected in (.+)\.$', 'connected-in', '{address,organization}'),
  ('connection', 'google-unreachable', '^Google did not answer, so nothing was connected\.$', 'connect-google-unreachable', '{}'),
  ('connection', 'google-refused', '^Google refused the sign-in: (.+)\.$', 'sign-in-refused', '{error}'),
  ('connection', 'access-ended', '^Google no longer accepts Postroom.s access: it was removed in the Google account, the password was changed, or it expired\.$', 'access-revoked', '{}'),
  ('connection', 'testing-expired', '^Google ended Postroom.s access seven days after it was given\. It does so while the consent screen of the Google Cloud project is in Testing\.$', 'testing-expired', '{}'),
  ('connection', 'account-closed', '^The Google account was disabled or deleted\.$', 'account-disabled', '{}'),
  ('connection', 'account-hijacked', '^Google disabled the account, because somebody else may have got into it\.$', 'account-hijacked', '{}'),
  ('connection', 'sign-in-expired', '^Your [a-zA-Z ]* asks people to sign in to Google again after a time, and that time is over\.$', 'sign-in-expired', '{}'),
  ('connection', 'permission-missing', '^Postroom no longer has every permission it needs in this Google account\.$', 'scope-missing', '{}'),
  ('connection', 'gmail-off', '^Gmail is switched off for this Google account\.$', 'gmail-disabled', '{}'),
  ('connection', 'gmail-api-off', '^The Gmail API is switched off in this deployment.s Google Cloud project\.$', 'gmail-api-disabled', '{}'),
  ('connection', 'client-refused', '^Google does not accept the client id and secret of this Postroom\.$', 'oauth-client-rejected', '{}'),
  ('connection', 'tokens-unreadable', '^Postroom cannot read the access it keeps, because this deployment.s secret was changed\.$', 'tokens-undecryptable', '{}'),
  ('connection', 'tokens-missing', '^Postroom keeps no access to this Google account\.$', 'tokens-missing', '{}'),
  ('bulk', 'mailbox-deleted', '^(.+) was deleted\.$', 'bulk-mailbox-deleted', '{address}'),
  ('bulk', 'sending-limit', '^(.+) has reached Google.s sending limit\.$', 'bulk-sending-limit', '{address}'),
  ('bulk', 'bouncing', '^(.+) of (.+) messages came back\. Google may block an address that many cannot receive from\.$', 'bulk-too-many-bounces', '{bounced,sent}'),
  ('bulk', 'disconnected', '^(.+) is disconnected from Gmail\.$', 'bulk-mailbox-disconnected', '{address}'),
  ('bulk', 'allowance-used', '^(.+) has used what bulk messages may take of Google.s daily limit\.$', 'bulk-quota-used', '{address}'),
  ('check', null, '^The address is disconnected from Gmail; it is checked when it is connected again\.$', 'check-stopped-disconnected', '{}'),
  ('check', null, '^The address has used up Gmail.s allowance for this minute; the check is tried again by itself\.$', 'check-rate-limited', '{}'),
  ('check', null, '^Google did not answer; the check is tried again by itself\.$', 'check-google-unreachable', '{}'),
  ('watch', null, '^Google did not answer when asked to announce new mail\.$', 'watch-unanswered', '{}'),
  ('recipient', null, '^Has unsubscribed\.$', 'recipient-unsubscribed', '{}');

create function pg_temp.to_problem(areas text[], former text, sentence text, remedy text) returns jsonb language sql as $$
  select coalesce(
    (
      select jsonb_build_object('code', p.code, 'params', coalesce(
        (
          select jsonb_object_agg(name, case when name in ('bounced', 'sent') then to_jsonb(value::numeric) else to_jsonb(value) end)
          from unnest(p.param_names, regexp_match(sentence, p.pattern)) as param (name, value)
          where name is not null
        ), '{}'))
      from former_problem p
      where p.area = any (areas) and (former is null or p.former_code = former) and sentence ~ p.pattern
      limit 1
    ),
    jsonb_build_object('code', 'legacy', 'params',
      jsonb_build_object('title', coalesce(sentence, ''), 'detail', coalesce(remedy, '')))
  )
$$;

alter table delivery add problem jsonb;
update delivery set problem = case
  when code = 'template-broken' then jsonb_build_object('code', 'delivery-template-broken', 'params', jsonb_build_object(
    'fault', jsonb_build_object('code', 'legacy', 'params', jsonb_build_object(
      'title', regexp_replace(coalesce(remedy, ''), ' Have an admin mend the template.*$', ''), 'detail', ''))))
  else pg_temp.to_problem('{delivery,google}', code, sentence, remedy) end
where code is not null;
alter table delivery drop column code, drop column sentence, drop column remedy;

update connection set problem = case problem ->> 'code'
  when 'permissions-missing' then jsonb_build_object('code', 'permissions-missing', 'params', jsonb_build_object(
    'missing', case
      when problem ->> 'sentence' like '%read mail or send mail%' then 'both'
      when problem ->> 'sentence' like '%send mail%' then 'send'
      else 'read' end,
    'address', substring(problem ->> 'sentence' from ' as (\S+)\.$')))
  else pg_temp.to_problem('{connection,google}', problem ->> 'code', problem ->> 'sentence', problem ->> 'remedy') end
where problem is not null;

update notification_health
set problem = pg_temp.to_problem('{google}', problem ->> 'code', problem ->> 'sentence', problem ->> 'remedy')
where problem is not null;

alter table mailbox alter column watch_problem type jsonb using to_jsonb(watch_problem);
update mailbox set watch_problem = case
  when pg_temp.to_problem('{watch}', null, watch_problem #>> '{}', null) ->> 'code' <> 'legacy'
    then pg_temp.to_problem('{watch}', null, watch_problem #>> '{}', null)
  else jsonb_build_object('code', 'watch-refused', 'params', jsonb_build_object(
    'reason', pg_temp.to_problem('{google}', null, watch_problem #>> '{}', null))) end
where watch_problem is not null;

alter table mailbox_check add problem jsonb;
update mailbox_check set problem = pg_temp.to_problem('{check,google}', null, failure, null) where failure is not null;
alter table mailbox_check drop column failure;

alter table bulk_message rename column reason to problem;
update bulk_message
set problem = pg_temp.to_problem('{bulk}', problem ->> 'code', problem ->> 'sentence', problem ->> 'remedy')
where problem is not null;

alter table bulk_recipient add problem jsonb;
update bulk_recipient set problem = pg_temp.to_problem('{recipient}', null, reason, null) where reason is not null;
alter table bulk_recipient drop column reason;

-- Codes of disconnections in the field's terms.
update mailbox set disconnected_code = case disconnected_code
    when 'access-ended' then 'access-revoked'
    when 'account-closed' then 'account-disabled'
    when 'permission-missing' then 'scope-missing'
    when 'gmail-off' then 'gmail-disabled'
    when 'gmail-api-off' then 'gmail-api-disabled'
    when 'client-refused' then 'oauth-client-rejected'
    when 'tokens-unreadable' then 'tokens-undecryptable'
    else disconnected_code end
where disconnected_code in ('access-ended', 'account-closed', 'permission-missing', 'gmail-off', 'gmail-api-off', 'client-refused', 'tokens-unreadable');
update notification set data = jsonb_set(data, '{code}', to_jsonb(case (data ->> 'code')
    when 'access-ended' then 'access-revoked'
    when 'account-closed' then 'account-disabled'
    when 'permission-missing' then 'scope-missing'
    when 'gmail-off' then 'gmail-disabled'
    when 'gmail-api-off' then 'gmail-api-disabled'
    when 'client-refused' then 'oauth-client-rejected'
    when 'tokens-unreadable' then 'tokens-undecryptable'
    else (data ->> 'code') end))
where data ->> 'code' in ('access-ended', 'account-closed', 'permission-missing', 'gmail-off', 'gmail-api-off', 'client-refused', 'tokens-unreadable');
drop function pg_temp.to_problem(text[], text, text, text);
