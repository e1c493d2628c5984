import type { people as english } from '../en/people.ts';

/** Settings > People, and what an invited person sees; part of de.ts. */
export const people: typeof english = {
  title: 'Personen',
  text: 'Wer hier E-Mails beantwortet, wer Admin ist und wer eingeladen ist.',
  roles: { admin: 'Admin', agent: 'Agent' },
  rolesHelp:
    'Agenten beantworten E-Mails. Admins verbinden auch Adressen, laden Personen ein und ändern Einstellungen.',
  invite: {
    open: 'Einladen',
    title: 'Jemanden einladen',
    email: 'E-Mail',
    role: 'Rolle',
    send: 'Einladen',
    sent: (email, from) => `Die Einladung an ${email} wurde von ${from} gesendet.`,
    handOver: (email) => `Geben Sie diesen Link ${email}`,
    handOverText:
      'Keine Adresse ist verbunden, von der er gesendet werden könnte. Der Link gilt einmal, eine Woche lang; wer ihn hat, kann ihn benutzen.',
    failedText:
      'Er ließ sich gerade nicht per E-Mail senden. Der Link gilt einmal, eine Woche lang; wer ihn hat, kann ihn benutzen.',
  },
  link: { label: 'Link', copy: 'Link kopieren', copied: 'Kopiert' },
  list: 'Personen mit Zugang',
  gone: 'Ohne Zugang',
  goneSince: (when) => `ohne Zugang seit ${when}`,
  you: 'Sie',
  twoFactor: 'Zweiter Schritt ein',
  open: (count) => (count === 1 ? '1 offene Unterhaltung' : `${count} offene Unterhaltungen`),
  roleOf: (name) => `Rolle von ${name}`,
  actions: (name) => `Aktionen für ${name}`,
  roleChanged: (name, role) => `${name} ist jetzt ${role}`,
  deactivate: 'Zugang entziehen',
  deactivateTitle: (name) => `${name} den Zugang entziehen?`,
  deactivateText:
    'Die Person wird sofort aus diesem Posteingang abgemeldet. Was sie geschrieben hat, bleibt, mit ihrem Namen. Sie können den Zugang wieder geben.',
  handTo: 'Ihre offenen Unterhaltungen gehen an',
  nobody: 'Niemanden: Sie sind dann nicht zugewiesen',
  keep: 'Behalten',
  deactivated: (name) => `${name} hat keinen Zugang mehr`,
  reactivate: 'Zugang wieder geben',
  reactivated: (name) => `${name} hat wieder Zugang`,
  passwordLink: 'Passwort-Link machen',
  passwordLinkTitle: (name) => `Ein Link für ${name}`,
  passwordLinkText:
    'Geben Sie ihn der Person. Er öffnet sich einmal, einen Tag lang, und setzt ein neues Passwort. Ihr zweiter Schritt bleibt eingeschaltet, falls sie einen hat.',
  resetTwoFactor: 'Zweiten Schritt ausschalten',
  resetTwoFactorTitle: (name) => `Den zweiten Schritt von ${name} ausschalten?`,
  resetTwoFactorText:
    'Für jemanden, der sein Telefon und seine Ersatzcodes verloren hat. Vergewissern Sie sich, dass wirklich diese Person fragt. Ihr Konto öffnet sich dann mit dem Passwort allein, bis sie ihn wieder einschaltet.',
  resetTwoFactorDone: (name) => `Der zweite Schritt von ${name} ist ausgeschaltet`,
  invited: 'Eingeladen',
  sentFrom: (address) => `gesendet von ${address}`,
  byLink: 'Link übergeben',
  until: (when) => `kann bis ${when} angenommen werden`,
  expired: 'abgelaufen',
  resend: 'Erneut senden',
  revoke: 'Zurücknehmen',
  revoked: (email) => `Die Einladung an ${email} ist zurückgenommen`,
  invitation: {
    title: (instance) => `${instance} beitreten`,
    text: (email, role) => `Sie wurden mit ${email} als ${role} eingeladen.`,
    name: 'Ihr Name',
    join: 'Beitreten',
    hasAccount: 'Sie haben schon ein Konto. Melden Sie sich an, um beizutreten.',
    signIn: 'Anmelden',
    signedInAs: (email) => `Sie sind als ${email} angemeldet.`,
  },
};
