import type { bulk as english } from '../en/bulk.ts';

const number = (count: number) => count.toLocaleString('de');

/** The words of bulk messages; part of de.ts. */
export const bulk: typeof english = {
  title: 'Massennachrichten',
  write: 'Massennachricht schreiben',
  new: 'Neue Massennachricht',
  empty: {
    title: 'Noch keine Massennachrichten',
    text: 'Schreiben Sie eine Nachricht an viele Kunden, jeder allein unter An.',
  },
  subject: 'Betreff',
  from: 'Von',
  state: 'Zustand',
  progress: 'Fortschritt',
  written: 'Geschrieben',
  discard: 'Diese Massennachricht verwerfen',
  states: {
    draft: 'Entwurf',
    sending: 'Wird gesendet',
    paused: 'Pausiert',
    stopped: 'Angehalten',
    cancelled: 'Abgebrochen',
    done: 'Fertig',
  },
  sentOf: (sent, all) => `${number(sent)} von ${number(all)} gesendet`,
  message: {
    title: 'Nachricht',
    label: 'Nachricht',
    from: 'Von',
    noSender: 'Keine Adresse ist verbunden',
    placeholder: 'Schreiben Sie Ihren Kunden',
    fields:
      'Felder wie {{firstName}}, {{name}} und {{email}} werden für jeden Kunden ausgefüllt, ebenso jede Spalte Ihrer Liste, mit ihrem Namen in doppelten geschweiften Klammern.',
    goOn: 'Speichern und Kunden wählen',
    save: 'Änderungen speichern',
    saved: 'Gespeichert',
  },
  customers: {
    title: 'Kunden',
    count: (count) => (count === 0 ? 'Noch niemand' : count === 1 ? '1 Kunde' : `${number(count)} Kunden`),
    paste: 'Liste einfügen',
    pasteHelp:
      'Eine Adresse je Zeile, oder CSV mit einer Zeile der Spaltennamen (email, name und beliebige weitere).',
    addList: 'Liste hinzufügen',
    upload: 'CSV-Datei hochladen',
    search: 'Oder Kunden suchen',
    searchHelp: 'Nach Name oder Adresse. Leer findet alle.',
    addAll: 'Alle Kunden hinzufügen',
    addFound: 'Gefundene hinzufügen',
    clear: 'Alle wieder herausnehmen',
    chosen: 'Kunden, die sie bekommen',
    takeOut: (who) => `${who} herausnehmen`,
    found: (names) =>
      names.length < 10 ? `Gefunden: ${names.join(', ')}.` : `Gefunden: ${names.join(', ')} und weitere.`,
    noneFound: 'Kein Kunde hat einen solchen Namen oder eine solche Adresse.',
    added: (added, duplicates, unsubscribed) =>
      [
        `${number(added)} hinzugefügt.`,
        duplicates === 1 ? '1 war schon da.' : '',
        duplicates > 1 ? `${number(duplicates)} waren schon da.` : '',
        unsubscribed === 1 ? '1 hat sich abgemeldet und bleibt außen vor.' : '',
        unsubscribed > 1 ? `${number(unsubscribed)} haben sich abgemeldet und bleiben außen vor.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    bad: (count) =>
      count === 1
        ? '1 Zeile ließ sich nicht verwenden:'
        : `${number(count)} Zeilen ließen sich nicht verwenden:`,
    line: (line) => `Zeile ${line}`,
  },
  check: {
    title: 'Prüfen und senden',
    preview: 'Vorschau',
    to: (name, address) => `An: ${name ? `${name} <${address}>` : address}`,
    from: (name, address) => `Von: ${name} <${address}>`,
    previous: 'Voriger Kunde',
    next: 'Nächster Kunde',
    unknown: (fields) =>
      `Ihre Liste hat keine Spalte für ${fields.map((field) => `{{${field}}}`).join(', ')}.`,
    test: 'Mir einen Test senden',
    tested: (address) => `Ein Test ist unterwegs an ${address}.`,
    warning: (address) => `Gmail kann ${address} sperren, wenn viele dies als Spam melden`,
    warningText:
      'Senden Sie nur an Kunden, die damit rechnen. Eine gesperrte Adresse kann bis zu einem Tag weder senden noch antworten. Jede Nachricht trägt einen Link zum Abmelden.',
    allowance: (limit, sent, left) =>
      `Google lässt eine bezahlte Workspace-Adresse in 24 Stunden etwa ${number(limit)} Nachrichten senden (500 im Test). ${number(sent)} sind abgegangen; diese darf jetzt ${number(left)} senden.`,
    takesDays: 'Der Rest geht in den nächsten Tagen von selbst hinaus.',
    send: (count) => (count === 1 ? 'An 1 Kunden senden' : `An ${number(count)} Kunden senden`),
  },
  sending: {
    pause: 'Pausieren',
    resume: 'Fortsetzen',
    cancel: 'Rest abbrechen',
    cancelSure: 'Endgültig abbrechen',
    goOn: 'Nicht abbrechen',
    report: 'Bericht herunterladen',
    first: 'Erste Seite',
    more: 'Nächste Seite',
    states: {
      waiting: 'Wartet',
      'left-out': 'Ausgelassen',
      sending: 'Wird gesendet',
      sent: 'Gesendet',
      bounced: 'Zurückgekommen',
      failed: 'Fehlgeschlagen',
    },
  },
};
