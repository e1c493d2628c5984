-- What a person sees before the words: how a message is signed or encrypted, and the event it invites to.
alter table message
  add protection text check (protection in ('pgp-signed', 'pgp-encrypted', 'smime-signed', 'smime-encrypted')),
  add invitation jsonb;
