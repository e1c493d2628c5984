import type { timeline as english } from '../en/timeline.ts';

/** What stands in a conversation between and around its messages, and who is there; part of de.ts. */
export const timeline: typeof english = {
  joining: {
    menu: 'Mehr zu dieser Unterhaltung',
    merge: 'Mit einer anderen Unterhaltung zusammenführen',
    mergeText:
      'Wählen Sie eine Unterhaltung. Ihre Nachrichten kommen in diese, und Antworten darauf auch. Sie können beide wieder trennen.',
    mergeConfirm: (subject) => `„${subject}“ mit dieser Unterhaltung zusammenführen`,
    find: 'Eine Unterhaltung suchen',
    noOther: 'Keine andere Unterhaltung gefunden.',
    move: 'Zu einem anderen Kunden verschieben',
    moveConfirm: (name) => `Zu ${name} verschieben`,
    split: 'Ab hier teilen',
    undo: 'Rückgängig',
  },
  mentions: {
    list: 'Kollegen',
    somebody: 'Ein Kollege',
    notification: (by, subject) => `${by} hat Sie in „${subject}“ erwähnt`,
  },
  events: {
    done: (who) => `${who} hat dies erledigt`,
    reopened: (who) => `${who} hat dies wieder geöffnet`,
    snoozed: (who, until) => `${who} hat dies bis ${until} zurückgestellt`,
    woken: 'Wieder da, nachdem es zurückgestellt war',
    assigned: (who, whom) => `${who} hat dies ${whom} zugewiesen`,
    taken: (who) => `${who} hat dies übernommen`,
    unassigned: (who) => `${who} hat die Zuweisung aufgehoben`,
    merged: (who) => `${who} hat eine andere Unterhaltung mit dieser zusammengeführt`,
    mergedIn: (who, subject, messages) =>
      `${who} hat „${subject}“ mit dieser Unterhaltung zusammengeführt: ${messages === 1 ? '1 Nachricht kam' : `${messages} Nachrichten kamen`} herein`,
    unmerged: (who) => `${who} hat die zusammengeführte Unterhaltung wieder herausgenommen`,
    split: (who) => `${who} hat diese Unterhaltung geteilt`,
    tagged: (who, tag) => `${who} hat das Schlagwort „${tag}“ hinzugefügt`,
    untagged: (who, tag) => `${who} hat das Schlagwort „${tag}“ entfernt`,
    disconnected: (address) => `${address} wurde von Gmail getrennt`,
    reconnected: (address) => `${address} wurde wieder mit Gmail verbunden`,
    moved: (who) => `${who} hat dies zu einem anderen Kunden verschoben`,
    somebody: 'Jemand',
    somethingElse: 'Etwas wurde geändert',
  },
  earlier: { show: 'Frühere Nachrichten zeigen', loading: 'Frühere Nachrichten werden geladen' },
  presence: {
    one: (name) => `${name} sieht dies auch gerade an`,
    more: (names) => `${names} sehen dies auch gerade an`,
  },
  files: {
    all: 'Alle herunterladen',
    preview: (name) => `${name} zeigen`,
    download: 'Herunterladen',
    tooLong: 'Nur der Anfang ist zu sehen.',
    actions: (name) => `Aktionen für ${name}`,
  },
  source: {
    title: 'Kopfzeilen und Quelltext',
    headers: 'Kopfzeilen',
    source: 'Quelltext',
    truncated: 'Nur die ersten 256 kB sind zu sehen.',
    none: 'Postroom hat kein Original dieser Nachricht: Sie wurde hier geschrieben.',
  },
};
