import type { instances as english } from '../en/instances.ts';

/** Inboxes: making, naming, switching between and deleting them; part of de.ts. */
export const instances: typeof english = {
  named: ({ name, kind }) => (kind === 'sandbox' ? `${name} (Sandbox)` : name),
  general: 'Allgemein',
  generalText: 'Der Name dieses Posteingangs, und wie man ihn löscht.',
  title: 'Ihre Posteingänge',
  text: 'Zu einem anderen Posteingang wechseln oder einen neuen anlegen.',
  here: 'Sie sind hier',
  open: 'Öffnen',
  openOf: (name) => `${name} öffnen`,
  all: 'Alle Posteingänge …',
  kinds: { production: 'Produktion', sandbox: 'Sandbox' },
  create: 'Neuer Posteingang',
  createTitle: 'Neuen Posteingang anlegen',
  createText: 'Er hat eigene Personen, Adressen und Unterhaltungen. Sie sind sein erster Admin.',
  name: 'Name',
  nameHelp: 'Was man sieht. Die Adresse seiner Seiten bleibt, wie sie ist.',
  kind: 'Art',
  kindHelp: {
    production: 'Für die E-Mails Ihrer Kunden.',
    sandbox: 'Zum Ausprobieren, und so gekennzeichnet.',
  },
  createIt: 'Posteingang anlegen',
  save: 'Änderungen speichern',
  saved: 'Änderungen gespeichert',
  delete: {
    heading: 'Diesen Posteingang löschen',
    text: 'Endgültig, mit allem darin.',
    open: 'Diesen Posteingang löschen …',
    title: (name) => `${name} löschen?`,
    intro: 'Das lässt sich nicht rückgängig machen. Sofort gilt:',
    access: (count) =>
      count === 1
        ? 'Sie verlieren den Zugang; sonst hat ihn niemand.'
        : `Alle ${count} Personen verlieren den Zugang, auch Sie.`,
    mailboxes: (addresses) =>
      `${addresses}: Postroom empfängt und sendet nicht mehr und gibt Google den Zugriff zurück. In Gmail wird nichts gelöscht.`,
    noMailboxes: 'Keine Adresse ist verbunden.',
    data: (conversations, customers) =>
      `Aus Postroom gelöscht: Unterhaltungen (${conversations}), Kunden (${customers}), Vorlagen, Einstellungen und das Protokoll.`,
    type: (name) => `Tippen Sie zur Bestätigung ${name}`,
    confirm: 'Endgültig löschen',
    keep: 'Behalten',
    done: (name) => `${name} ist gelöscht`,
  },
};
