import type { Disconnection } from '../../google/disconnections.ts';
import type { MailTexts } from './en.ts';

const reconnectsAutomatically =
  'Die Adresse verbindet sich dann innerhalb einer Stunde von selbst wieder; „Neu verbinden“ tut es sofort.';

/** As the web says them (web/src/words/de/server.ts); a test holds the two together. */
const disconnections: Record<Disconnection, [why: string, whatToDo: string]> = {
  'access-revoked': [
    'Google nimmt Postrooms Zugriff nicht mehr an: Er wurde im Google-Konto entfernt, das Passwort wurde geändert, oder er ist abgelaufen.',
    'Verbinden Sie die Adresse neu: Ein Admin meldet sich wieder bei ihrem Google-Konto an.',
  ],
  'testing-expired': [
    'Google hat Postrooms Zugriff sieben Tage nach der Zustimmung beendet. Das tut es, solange der Zustimmungsbildschirm des Google-Cloud-Projekts im Zustand Testing ist.',
    'Wer Postroom betreibt, veröffentlicht die App in der Google-Cloud-Konsole (Google Auth Platform > Audience) oder stellt sie auf Internal. Verbinden Sie die Adresse dann neu.',
  ],
  'account-disabled': [
    'Das Google-Konto wurde gesperrt oder gelöscht.',
    `Lassen Sie Ihren Google-Workspace-Administrator das Konto wiederherstellen. ${reconnectsAutomatically}`,
  ],
  'account-hijacked': [
    'Google hat das Konto gesperrt, weil jemand anders hineingekommen sein könnte.',
    `Lassen Sie Ihren Google-Workspace-Administrator das Konto sichern und wiederherstellen. ${reconnectsAutomatically}`,
  ],
  'blocked-by-admin': [
    'Ihr Google-Workspace-Administrator erlaubt Postroom nicht, Gmail zu nutzen.',
    `Lassen Sie den Administrator Postroom in der Google-Admin-Konsole unter Sicherheit > API-Steuerung vertrauen. ${reconnectsAutomatically}`,
  ],
  'sign-in-expired': [
    'Ihre Organisation verlangt nach einer gewissen Zeit eine neue Anmeldung bei Google, und diese Zeit ist um.',
    'Verbinden Sie die Adresse neu: Ein Admin meldet sich wieder bei ihrem Google-Konto an.',
  ],
  'scope-missing': [
    'Postroom hat in diesem Google-Konto nicht mehr jede Berechtigung, die es braucht.',
    'Verbinden Sie die Adresse neu und lassen Sie auf Googles Seite jedes Häkchen stehen.',
  ],
  'gmail-disabled': [
    'Gmail ist für dieses Google-Konto abgeschaltet.',
    `Lassen Sie Ihren Google-Workspace-Administrator Gmail für das Konto einschalten. ${reconnectsAutomatically}`,
  ],
  'gmail-api-disabled': [
    'Die Gmail API ist im Google-Cloud-Projekt dieser Installation abgeschaltet.',
    `Wer Postroom betreibt, schaltet die Gmail API in der Google-Cloud-Konsole ein. ${reconnectsAutomatically}`,
  ],
  'oauth-client-rejected': [
    'Google nimmt Client-ID und Secret dieses Postroom nicht an.',
    `Wer Postroom betreibt, prüft GOOGLE_CLIENT_ID und GOOGLE_CLIENT_SECRET. ${reconnectsAutomatically}`,
  ],
  'tokens-undecryptable': [
    'Postroom kann den aufbewahrten Zugriff nicht lesen, weil das Geheimnis dieser Installation geändert wurde.',
    'Wer Postroom betreibt, setzt das frühere POSTROOM_SECRET wieder ein, und die Adresse verbindet sich von selbst; oder verbinden Sie sie neu.',
  ],
  'tokens-missing': [
    'Postroom hat keinen Zugriff auf dieses Google-Konto mehr.',
    'Verbinden Sie die Adresse neu: Ein Admin meldet sich wieder bei ihrem Google-Konto an.',
  ],
};

/** Mail of Postroom's own, in German. */
export const de: MailTexts = {
  invitation: {
    subject: (by, inbox) => `${by} lädt Sie zu ${inbox} in Postroom ein`,
    paragraphs: (by, inbox) => [
      `${by.name} (${by.email}) lädt Sie ein, in ${inbox} gemeinsam E-Mails zu beantworten, mit Postroom.`,
      'Öffnen Sie diesen Link innerhalb einer Woche, um Ihr Passwort zu wählen und zu beginnen. Er gilt einmal.',
    ],
  },
  password: {
    subject: 'Ein neues Passwort für Postroom',
    paragraphs: [
      'Jemand, vermutlich Sie, hat ein neues Passwort für Ihr Postroom-Konto angefordert.',
      'Öffnen Sie diesen Link innerhalb einer Stunde, um eines zu wählen. Er gilt einmal. Wenn Sie es nicht waren, hat sich nichts geändert, und Sie müssen nichts tun.',
    ],
  },
  notice: {
    footer:
      'Sie haben gewählt, dies per E-Mail zu erfahren. Ändern können Sie es in Postroom unter Einstellungen > Mitteilungen.',
    noSubject: '(kein Betreff)',
    colleague: 'Jemand aus Ihrem Team',
    mention: ({ writer, subject }) => `${writer} hat Sie in „${subject}“ erwähnt`,
    assigned: ({ writer, subject }) => `${writer} hat Ihnen in „${subject}“ geschrieben.`,
    unassigned: ({ writer, subject }) =>
      `${writer} hat „${subject}“ begonnen; noch niemand hat es übernommen.`,
    disconnected: (address) => `${address} ist von Gmail getrennt`,
    connected: (address) => `${address} ist wieder verbunden`,
    connectedText: 'Die Adresse empfängt und sendet wieder.',
  },
  disconnection: (code) => disconnections[code],
  test: {
    subject: (address) => `Testnachricht von ${address}`,
    paragraphs: (name, address) => [
      `Guten Tag ${name},`,
      `diese Nachricht kam von Postroom über ${address}. So sieht aus, was Kunden bekommen.`,
      'Antworten Sie darauf, und Ihre Antwort erscheint im Posteingang von Postroom.',
    ],
  },
};
