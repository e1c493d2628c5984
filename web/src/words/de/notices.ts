import type { notices as english } from '../en/notices.ts';

/** Settings > Notifications; part of de.ts. */
export const notices: typeof english = {
  title: 'Mitteilungen',
  text: 'Was Sie erfahren, in Postroom oder auch per E-Mail.',
  about:
    'In Postroom: an der Glocke, und durch Ihren Browser, wenn Sie es ihm erlaubt haben. Per E-Mail: höchstens eine je Unterhaltung in 15 Minuten, und keine, solange Sie eine Unterhaltung geöffnet haben. Automatische Antworten und Unzustellbarkeitsberichte werden nie gemeldet.',
  of: {
    assigned: 'Eine neue Nachricht in einer mir zugewiesenen Unterhaltung',
    unassigned: 'Eine neue Unterhaltung, die noch niemand übernommen hat',
    mention: 'Jemand erwähnt mich',
    mailbox: 'Eine Adresse ist getrennt, oder wieder verbunden',
  },
  ways: { none: 'Gar nicht', here: 'In Postroom', mail: 'Auch per E-Mail' },
  wroteToYou: (by, subject) => `${by} hat in „${subject}“ geschrieben, das Ihnen zugewiesen ist`,
  wroteAnew: (by, subject) => `${by} hat „${subject}“ begonnen, das noch niemand übernommen hat`,
  somebody: 'Jemand',
};
