import type { google as english } from '../en/google.ts';

/** Apps > E-Mail > Google einrichten: dasselbe wie docs/google.md. */
export const google: typeof english = {
  title: 'Google einrichten',
  intro:
    'Einmal, in der Google-Cloud-Konsole, durch jemanden, der in Ihrer Google-Workspace-Organisation Projekte anlegen darf.',
  openConsole: 'Google-Cloud-Konsole öffnen',
  practice:
    'Dieses Postroom läuft mit dem nachgebildeten Google, es ist also nichts einzurichten. Die Prüfungen unten sehen sich das nachgebildete an. Was zu kopieren ist, bräuchte ein echtes.',
  openPractice: 'Nachgebildetes Webmail öffnen',
  done: 'Ein Google-Client ist eingestellt: Adressen können verbunden werden.',
  missing:
    'Noch ist kein Google-Client eingestellt, also kann keine Adresse verbunden werden. Diese Schritte legen einen an.',
  notConfigured: 'Noch ist kein Google-Client eingestellt, also kann keine Adresse verbunden werden.',
  connect: 'Adresse verbinden',
  check: 'Jetzt prüfen',
  checking: 'Jeder Schritt wird angesehen …',
  checkedAt: (when) => `Geprüft ${when}`,
  notChecked: 'Noch nicht geprüft',
  states: {
    ok: 'Richtig',
    missing: 'Fehlt',
    wrong: 'Falsch',
    unseen: 'Von hier nicht zu sehen',
    off: 'Nicht benutzt',
  },
  copy: (what) => `${what} kopieren`,
  copied: 'Kopiert',
  project: 'ID Ihres Google-Cloud-Projekts',
  projectHelp: 'Sie wird in die Befehle unten eingesetzt. Google zeigt sie neben dem Namen des Projekts.',
  projectPlaceholder: 'mein-projekt',
  needed: 'Nötig',
  better: 'Besser',
  betterStill: 'Noch besser',
  steps: {
    project: {
      title: 'Ein Projekt anlegen und Gmail darin einschalten',
      lines: [
        'Legen Sie in der Konsole ein Projekt an, das Ihrer Google-Workspace-Organisation gehört.',
        'Gehen Sie zu APIs & Services > Library, suchen Sie Gmail API und wählen Sie Enable.',
      ],
    },
    audience: {
      title: 'Die App auf Internal stellen',
      lines: [
        'Gehen Sie zu Google Auth Platform > Audience und wählen Sie Internal. Dann prüft Google nichts, warnt niemanden und setzt keine Frist von sieben Tagen.',
        'Eine App, die External und im Zustand Testing ist, verliert ihren Zugriff nach sieben Tagen. Postroom sagt es, wenn es geschieht.',
      ],
    },
    scopes: {
      title: 'Sagen, was Postroom darf',
      lines: [
        'Gehen Sie zu Google Auth Platform > Data Access > Add or remove scopes und fügen Sie genau diese hinzu.',
      ],
      scope: 'Berechtigung',
    },
    client: {
      title: 'Den Client anlegen',
      lines: [
        'Gehen Sie zu Google Auth Platform > Clients > Create client und wählen Sie den Typ Web application.',
        'Tragen Sie unter Authorized redirect URIs diese Adresse ein, Buchstabe für Buchstabe.',
      ],
      redirect: 'Weiterleitungsadresse',
    },
    postroom: {
      title: 'Postroom Bescheid geben',
      lines: [
        'Google zeigt ID und Secret des Clients. Setzen Sie beides in Postrooms Umgebung oder in die Datei .env neben seiner package.json, zusammen mit der Adresse, unter der Postroom geöffnet wird. Starten Sie Postroom dann neu.',
      ],
      settings: 'Einstellungen von Postroom',
    },
    pubsub: {
      title: 'Google neue E-Mails ankündigen lassen',
      lines: [
        'Ohne das sieht Postroom alle ein bis drei Sekunden nach neuen E-Mails. Mit Cloud Pub/Sub sind sie in einem Bruchteil einer Sekunde hier, und es kostet weniger von Googles Kontingent.',
        'Gehen Sie zu APIs & Services > Library, suchen Sie Cloud Pub/Sub API und wählen Sie Enable. Legen Sie ein Dienstkonto mit der Rolle Pub/Sub Editor an und geben Sie Postroom dessen Schlüsseldatei. In der Google Cloud genügt das Konto der Maschine.',
      ],
      settings: 'Einstellungen von Postroom für Pub/Sub',
      afterwards:
        'Starten Sie Postroom neu: Es legt Topic, Gmails Recht zum Veröffentlichen und Subscription an, wo es darf. Wo nicht, tun es diese Befehle, und danach genügt ihm die Rolle Pub/Sub Subscriber.',
      command: (number) => `Befehl ${number}`,
      push: 'Soll Pub/Sub zustellen, statt dass Postroom abholt, muss Postroom für Google unter https erreichbar sein: Setzen Sie dann auch dies. Google ruft die Adresse unten auf, unterzeichnet als dieses Konto.',
      pushSetting: 'Einstellung für die Zustellung',
      pushEndpoint: 'Adresse, an die Pub/Sub zustellt',
    },
    security: {
      title: 'Von verlorenem Zugriff sofort erfahren',
      lines: [
        'Mit Cross-Account Protection sagt Google sofort, wenn Zugriff entzogen oder ein Konto gesperrt wird. Ohne das merkt Postroom es innerhalb einer Minute.',
        'Schalten Sie die RISC API ein und nehmen Sie ihre Bedingungen an. Melden Sie die Adresse unten so an, wie Googles Seite es zeigt (stream:update, durch ein Dienstkonto mit der Rolle RISC Configuration Admin), für alle Ereignisse von oauth und risc.',
      ],
      endpoint: 'Adresse für Sicherheitsereignisse',
      page: 'Googles Seite zu Cross-Account Protection',
    },
  },
};
