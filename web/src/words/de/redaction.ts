import type { redaction as english } from '../en/redaction.ts';

/** Taking out of Postroom what should not be kept; part of de.ts. */
export const redaction: typeof english = {
  redaction: {
    menu: (name) => `Aktionen für die Nachricht von ${name}`,
    redact: 'Passage schwärzen',
    remove: 'Nachricht löschen',
    source: 'Kopfzeilen und Quelltext',
    save: 'Original speichern',
    title: 'Passage schwärzen',
    passage: 'Passage',
    passageHelp:
      'Markieren Sie die Wörter in der Nachricht, bevor Sie dies öffnen, oder tippen Sie sie hier, wie sie dort stehen.',
    places: (count) =>
      count === 1 ? 'Steht einmal in dieser Nachricht.' : `Steht ${count}-mal in dieser Nachricht.`,
    others: (count) =>
      count === 1
        ? 'Auch in 1 anderen Nachricht dieser Unterhaltung'
        : `Auch in ${count} anderen Nachrichten dieser Unterhaltung`,
    noOthers: 'Sie steht in keiner anderen Nachricht dieser Unterhaltung.',
    files: (names) => `Auch in diesen Dateien: ${names}`,
    filesHelp: 'Nur die Wörter von Textdateien werden gelesen. Sehen Sie selbst in Bilder und PDF-Dateien.',
    what: 'Die Passage wird endgültig entfernt: aus der Nachricht, ihrem Original, der Suche, dem, was spätere Antworten zitieren, und aus Exporten. Sie lässt sich nicht zurückholen.',
    again: 'Eine spätere Nachricht, die sie zitiert, bringt sie zurück: Schwärzen Sie sie auch dort.',
    gmail: 'Ihr Gmail-Postfach bleibt unberührt: Gmail behält seine Kopie.',
    confirm: 'Schwärzen',
    keep: 'Behalten',
    removeTitle: 'Diese Nachricht löschen?',
    removeText:
      'Die Nachricht wird endgültig aus Postroom gelöscht, mit ihren Anhängen und ihrem Original: auch aus der Suche, aus dem, was spätere Antworten zitieren, und aus Exporten. Ein Vermerk bleibt, wer sie gelöscht hat. Sie kommt nicht wieder, wenn das Postfach neu gelesen wird.',
    removeConfirm: 'Nachricht löschen',
    removeFile: (name) => `${name} löschen`,
    removeFileTitle: (name) => `${name} löschen?`,
    removeFileText:
      'Die Datei wird endgültig aus Postroom gelöscht, auch aus dem Original der Nachricht und aus Exporten.',
    everywhere: 'Auch wo dieselbe Datei in dieser Unterhaltung noch einmal kam',
    removeFileConfirm: 'Datei löschen',
    marks: {
      passage: (by) => `${by} hat eine Passage geschwärzt`,
      attachment: (by) => `${by} hat einen Anhang gelöscht`,
      message: (by) => `${by} hat diese Nachricht gelöscht`,
      cards: 'Eine Kartennummer wurde beim Eintreffen der Nachricht entfernt',
    },
    somebody: 'Jemand',
    deleted: 'Diese Nachricht wurde aus Postroom gelöscht.',
    settings: {
      title: 'Inhalte',
      text: 'Was aus Nachrichten entfernt wird, bevor sie gespeichert werden.',
      cards: 'Kartennummern entfernen',
      cardsHelp:
        'Nummern von Zahlungskarten in Nachrichten und Notizen werden ersetzt, sobald sie eintreffen oder geschrieben werden; die letzten vier Ziffern bleiben. Dateien, die Ihr Team anhängt, gehen unverändert hinaus. Was schon gespeichert ist, ändert sich nicht, und Gmail behält seine Kopie.',
      save: 'Änderungen speichern',
      saved: 'Änderungen gespeichert',
    },
  },
};
