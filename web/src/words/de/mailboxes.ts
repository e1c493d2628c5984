import type { mailboxWords as english } from '../en/mailboxes.ts';

const many = (count: number) => count.toLocaleString('de');

/** Words about connected addresses: their list, connecting one, one's page, disconnected; part of de.ts. */
export const mailboxWords: typeof english = {
  email: {
    apps: 'Apps',
    nav: 'E-Mail',
    title: 'E-Mail-Adressen',
    add: 'E-Mail-Adresse hinzufügen',
    gmail: 'Gmail',
    template: (name) => `Vorlage: ${name}`,
    connected: 'Verbunden',
    disconnectedSince: (when) => `Getrennt seit ${when}`,
    lastMessage: 'Letzte Nachricht',
    noMessage: 'Noch keine Nachricht',
    check: {
      ask: 'Dieses Postfach prüfen',
      begun: 'Wird mit Gmail abgeglichen …',
      counting: (count, of) => `Wird geprüft … ${many(count)} von ${many(of)}`,
      fetching: (count, of) => `Fehlendes wird geholt … ${many(count)} von ${many(of)}`,
      done: (here, expected) => `${many(here)} von ${many(expected)} Nachrichten · geprüft`,
      fetched: (count) =>
        count === 1 ? '1 fehlte und wurde geholt' : `${many(count)} fehlten und wurden geholt`,
      absent: (count) =>
        count === 1
          ? '1 fehlt und konnte nicht geholt werden'
          : `${many(count)} fehlen und konnten nicht geholt werden`,
      next: (clock) => `Nächste Prüfung um ${clock}.`,
      missingTitle: 'Nachrichten, die fehlten',
      close: 'Schließen',
    },
    hearing: {
      announced: 'Google kündigt neue E-Mails an',
      looking: 'Sieht alle paar Sekunden nach neuen E-Mails',
    },
    menu: (address) => `Aktionen für ${address}`,
    open: 'Öffnen',
    settings: 'Einstellungen',
    reconnect: 'Neu verbinden',
    delete: 'Löschen',
    footer:
      'Vorhandene Nachrichten eines Gmail-Kontos werden nicht übernommen. Lesebestätigungen werden nicht unterstützt.',
    justConnected: 'Gerade verbunden',
    first: {
      title: 'Verbinden Sie Ihre erste E-Mail-Adresse',
      text: 'Kunden schreiben wie bisher an sie. Ihre E-Mails erscheinen in Postroom, und Ihre Antworten gehen von derselben Adresse hinaus.',
      practice: 'Kein Google-Konto zur Hand? Nehmen Sie das zum Üben.',
      practiceText:
        'Dieses Postroom läuft mit einem nachgebildeten Google: Verbinden Sie support@acme.example und schreiben Sie dann als Kunde im Übungs-Webmail dorthin.',
      openWebmail: 'Übungs-Webmail öffnen',
    },
    deleteTitle: (address) => `${address} löschen?`,
    deleteText:
      'Postroom empfängt und sendet nicht mehr mit dieser Adresse und gibt Google den Zugriff zurück. Unterhaltungen und Nachrichten bleiben in Postroom; in Gmail wird nichts gelöscht. Um die Adresse wieder zu nutzen, verbinden Sie sie neu.',
    deleteConfirm: 'Adresse löschen',
    deleteKeep: 'Behalten',
    saved: 'Änderungen gespeichert',
  },
  connect: {
    title: 'Eine Gmail-Adresse hinzufügen',
    reconnectTitle: 'Eine Gmail-Adresse neu verbinden',
    steps: ['Mit Google anmelden', 'Einstellungen', 'Fertig'],
    before: [
      'Sie brauchen ein Google-Workspace-Konto, dessen E-Mails nach Postroom kommen sollen.',
      'Melden Sie sich mit diesem Konto an, nicht mit Ihrem eigenen: Jede Adresse wird einzeln verbunden.',
      'Postroom kann dann die E-Mails dieses Kontos lesen und in seinem Namen senden.',
    ],
    again: (address) => [
      `Melden Sie sich beim Google-Konto von ${address} an und erlauben Sie Postroom, es zu nutzen.`,
      'Einstellungen, Unterhaltungen und Nachrichten bleiben erhalten.',
      'Was inzwischen ankam, wird geholt, und was seither zurückgehalten wurde, wird gesendet.',
    ],
    continue: 'Weiter',
    signIn: 'Mit Google anmelden',
    waiting: 'Wartet, bis Sie im Google-Fenster fertig sind …',
    bringBack: 'Google-Fenster zeigen',
    closed: 'Das Google-Fenster wurde geschlossen, bevor Sie fertig waren. Nichts wurde verbunden.',
    blocked: 'Ihr Browser hat das Google-Fenster blockiert.',
    blockedRemedy:
      'Melden Sie sich stattdessen auf dieser Seite an, oder erlauben Sie Fenster dieser Seite und versuchen Sie es erneut.',
    goOnHere: 'Stattdessen auf dieser Seite anmelden',
    expired: 'Diese Anmeldung hat zu lange gedauert. Nichts wurde verbunden.',
    cancelled: 'Diese Anmeldung wurde abgebrochen. Nichts wurde verbunden.',
    authorised: (address) =>
      `${address} ist bereit. Wählen Sie, wie die Adresse genutzt wird, und speichern Sie.`,
    notYet: 'Bis zum Speichern wird nichts empfangen.',
    nothing: 'Nichts wurde verbunden.',
    savedAlready: 'Diese Adresse ist verbunden.',
    toList: 'Zu den E-Mail-Adressen',
    practiceHint: 'Wählen Sie zum Üben support@acme.example in dem Fenster, das sich öffnet.',
    google: {
      title: 'Hat Google einen Fehler gezeigt?',
      says: 'Google sagt',
      cases: [
        {
          said: 'Der Zugriff wird vom Administrator Ihrer Organisation blockiert (admin_policy_enforced)',
          means: 'Der Google-Workspace-Administrator des Kontos lässt Apps Gmail nicht nutzen.',
          remedy:
            'Lassen Sie den Administrator Postroom in der Google-Admin-Konsole unter Sicherheit > API-Steuerung vertrauen, und melden Sie sich dann erneut an.',
        },
        {
          said: 'Die App wird getestet und steht nur vom Entwickler zugelassenen Testern offen (access_denied)',
          means:
            'Der Google-Client dieses Postroom ist im Zustand Testing, und das Konto steht nicht auf seiner Liste.',
          remedy:
            'Wer Postroom betreibt, trägt das Konto in der Google-Cloud-Konsole (Google Auth Platform > Audience) als Testnutzer ein, stellt die App auf Internal oder veröffentlicht sie. Im Zustand Testing beendet Google den Zugriff nach sieben Tagen.',
        },
        {
          said: 'Die App kann nur innerhalb ihrer Organisation benutzt werden (org_internal)',
          means:
            'Dieses Postroom verbindet nur Konten der eigenen Organisation, und das Konto gehört zu einer anderen.',
          remedy: 'Melden Sie sich mit einem Konto der Organisation an, die dieses Postroom betreibt.',
        },
        {
          said: 'Ihr Google-Konto konnte nicht gefunden werden',
          means: 'Eine Google-Gruppe oder ein Alias ist kein eigenes Konto: Niemand meldet sich damit an.',
          remedy:
            'Verbinden Sie das Konto, zu dem die E-Mails gehen. Was an die Gruppe oder den Alias gesendet wird, kommt dort an.',
        },
        {
          said: 'Das Konto wurde gesperrt (account_disabled)',
          means: 'Das Google-Konto wurde von seinem Administrator oder von Google gesperrt.',
          remedy:
            'Lassen Sie den Google-Workspace-Administrator es wiederherstellen, und melden Sie sich dann erneut an.',
        },
        {
          said: 'Fehler 400: redirect_uri_mismatch',
          means: 'Google kennt die Adresse dieses Postroom nicht.',
          remedy:
            'Wer Postroom betreibt, trägt sie, genau wie in POSTROOM_URL, in der Google-Cloud-Konsole bei den Weiterleitungsadressen des Clients ein.',
        },
      ],
    },
  },
  form: {
    displayName: 'Anzeigename',
    displayNameHelp: 'Was Agenten bei der Wahl der Adresse sehen, und der Name, den Kunden sehen.',
    displayNameMissing: 'Geben Sie der Adresse einen Anzeigenamen.',
    template: 'Vorlage',
    templateHelp: 'Die Gestaltung, in der Ihre Nachrichten gesendet werden.',
    blank: 'Leer',
    alias: 'Dynamic Alias Name',
    aliasHelp: 'Nachrichten tragen den Namen des Agenten, der sie geschrieben hat.',
    threading: 'Verlauf',
    single: 'Antworten einzeln senden',
    singleHelp: 'Der Kunde bekommt Ihre Antwort allein.',
    history: 'Verlauf in Antworten mitsenden',
    historyHelp:
      'Unter Ihrer Antwort bekommt der Kunde alle früheren E-Mails der Unterhaltung, die neueste zuerst. Notizen sind nie dabei.',
    save: 'Änderungen speichern',
    preview: 'Was ein Kunde bekommt',
    from: 'Von',
    replyTo: 'Antworten gehen an',
    subject: 'Betreff',
    shownWith: 'Gezeigt mit',
    latest: 'der neuesten Unterhaltung',
    example: 'einem Beispiel',
    previewFrame: 'Die Nachricht, die ein Kunde bekommt',
    previewFault: (why) => `Die Vorlage lässt sich nicht ausfüllen: ${why}`,
    previewBody: 'Guten Tag,\ndanke für Ihre Nachricht. Ihr Paket ist heute abgegangen.',
    previewEarlierBody: 'Wo ist mein Paket?',
    you: 'Sie',
    customer: 'Kunde',
  },
  mailbox: {
    state: 'Wie es ihr geht',
    connectedSince: 'Verbunden seit',
    signedIn: 'Zuletzt bei Google angemeldet',
    hearing: 'Neue E-Mails',
    received: 'Letzte Nachricht empfangen',
    sent: 'Letzte Nachricht gesendet',
    never: 'noch keine',
    watch: 'Ankündigung neuer E-Mails',
    watchRenewed: 'erneuert',
    watchUntil: (when) => `gültig bis ${when}; wird jeden Tag erneuert`,
    noWatch: 'nicht benutzt: Postroom sieht selbst nach',
    backlog: 'Rückstand',
    current: 'Keiner: Alles, was bei Gmail ist, ist gelesen',
    behind: 'Liest Nachrichten, die schon bei Gmail sind',
    behindSince: (when) => `Liest Nachrichten, die schon bei Gmail sind; war um ${when} auf dem Stand`,
    retry: (when) => `Gmail antwortet nicht, wie es soll. Postroom versucht es um ${when} erneut.`,
    stopped: 'Solange die Adresse getrennt ist, wird nichts gelesen',
    leaving: (count) =>
      count === 1 ? '1 Nachricht wird gesendet' : `${many(count)} Nachrichten werden gesendet`,
    held: (count) =>
      count === 1
        ? '1 Nachricht wird zurückgehalten, bis Sie neu verbinden'
        : `${many(count)} Nachrichten werden zurückgehalten, bis Sie neu verbinden`,
    heldAsking: (count) =>
      count === 1
        ? '1 Nachricht wird zurückgehalten und fragt, ob sie gesendet werden soll'
        : `${many(count)} Nachrichten werden zurückgehalten und fragen, ob sie gesendet werden sollen`,
    scheduled: (count) =>
      count === 1
        ? '1 Nachricht wartet auf ihren Zeitpunkt'
        : `${many(count)} Nachrichten warten auf ihren Zeitpunkt`,
    allowance: 'Was noch gesendet werden darf',
    left: (left, limit) => `${many(left)} von ${many(limit)} Nachrichten in 24 Stunden übrig`,
    leftHelp: 'Nach Googles Grenze für ein bezahltes Workspace-Konto. In der Testphase sind es 500.',
    limited: (until) =>
      `Google lässt bis ${until} nichts hinaus. Nachrichten warten und gehen dann von selbst ab.`,
    quota: 'Gmail-Kontingent',
    quotaUsed: (used, of) => `${many(used)} von ${many(of)} Einheiten in der letzten Minute verbraucht`,
    check: 'Vollständigkeit',
    notChecked: 'noch nicht geprüft; die erste Prüfung kommt innerhalb eines Tages von selbst',
    traffic: 'Nachrichten am Tag',
    trafficText: 'Die letzten 30 Tage',
    trafficAsTable: 'Als Tabelle',
    trafficPicture: (received, sent) =>
      `${many(received)} Nachrichten empfangen und ${many(sent)} gesendet in den letzten 30 Tagen`,
    day: 'Tag',
    receivedCount: 'Empfangen',
    sentCount: 'Gesendet',
    test: 'Sich selbst eine Testnachricht senden',
    testWaiting: (to) => `Eine Testnachricht an ${to} ist unterwegs.`,
    testSent: (to) =>
      `Die Testnachricht an ${to} ist gesendet. Antworten Sie darauf, und Ihre Antwort erscheint im Posteingang.`,
    testHeld: (to) => `Die Testnachricht an ${to} wird zurückgehalten, bis die Adresse neu verbunden ist.`,
    testFailed: (to) => `Die Testnachricht an ${to} wurde nicht gesendet.`,
    testOpen: 'Im Posteingang öffnen',
    settings: 'Einstellungen',
    danger: 'Diese Adresse löschen',
  },
  disconnected: {
    one: (address) => `${address} ist von Gmail getrennt.`,
    why: 'Nichts wird empfangen, und was gesendet wird, wird zurückgehalten. Nichts geht verloren.',
    many: (count) => `${many(count)} Adressen sind von Gmail getrennt.`,
    show: 'Zeigen',
    reconnect: (address) => `${address} neu verbinden`,
    askAdmin: 'Bitten Sie einen Admin, sie neu zu verbinden.',
  },
};
