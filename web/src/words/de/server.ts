/**
 * What the server says to people, by its English words; `{}` stands for what changes, in the same order
 * unless numbered ({1}, {2}). A test holds this list against the server's own source.
 */
export const server: Record<string, string> = {
  'A Google account can be connected once. Delete the address there first, or connect another one.':
    'Ein Google-Konto kann nur einmal verbunden werden. Löschen Sie die Adresse dort zuerst, oder verbinden Sie eine andere.',
  'A bulk message can go to {} customers.': 'Eine Massennachricht kann an {} Kunden gehen.',
  'A customer has at least one address.': 'Ein Kunde hat mindestens eine Adresse.',
  'A message that holds this has not been sent yet.':
    'Eine Nachricht, die dies enthält, ist noch nicht gesendet.',
  'A message to this customer has not been sent yet.':
    'Eine Nachricht an diesen Kunden ist noch nicht gesendet.',
  'A permission was left unticked: Postroom may not {} as {}.':
    'Ein Häkchen fehlte, deshalb fehlt Postroom eine Berechtigung für {2} ({1}).',
  'A snooze needs a time.': 'Zum Zurückstellen gehört ein Zeitpunkt.',
  'Add another one first.': 'Fügen Sie zuerst eine andere hinzu.',
  'Add at least one address in To.': 'Fügen Sie unter An mindestens eine Adresse hinzu.',
  'Add customers first.': 'Fügen Sie zuerst Kunden hinzu.',
  'Add it, exactly as POSTROOM_URL has it, to the redirect URIs of the client in Google Cloud.':
    'Tragen Sie sie, genau wie in POSTROOM_URL, bei den Redirect URIs des Clients in Google Cloud ein.',
  'Ask an admin of this inbox.': 'Fragen Sie einen Admin dieses Posteingangs.',
  'Ask an admin of yours.': 'Fragen Sie einen Admin Ihres Posteingangs.',
  'Ask an admin to reconnect the address, then send the message.':
    'Bitten Sie einen Admin, die Adresse neu zu verbinden, und senden Sie die Nachricht dann.',
  'Ask one of its admins to invite you.': 'Bitten Sie einen seiner Admins um eine Einladung.',
  'Check it and try again.': 'Prüfen Sie es und versuchen Sie es erneut.',
  'Choose a shorter one.': 'Wählen Sie ein kürzeres.',
  'Choose another address in From.': 'Wählen Sie unter Von eine andere Adresse.',
  'Choose another name, or change that one.': 'Wählen Sie einen anderen Namen, oder ändern Sie jenen.',
  'Choose another name, or use that tag.':
    'Wählen Sie einen anderen Namen, oder nehmen Sie jenes Schlagwort.',
  'Choose another one to merge with.': 'Wählen Sie einen anderen zum Zusammenführen.',
  'Choose another one.': 'Wählen Sie eine andere.',
  'Choose one in From.': 'Wählen Sie eine unter Von.',
  'Choose somebody else, or nobody.': 'Wählen Sie jemand anderen, oder niemanden.',
  'Choose someone else.': 'Wählen Sie jemand anderen.',
  'Choose the template that takes its place.': 'Wählen Sie die Vorlage, die an ihre Stelle tritt.',
  'Choose when it should come back.': 'Wählen Sie, wann sie wiederkommen soll.',
  'Choose which of the two to keep.': 'Wählen Sie, was von beidem bleiben soll.',
  'Connect the address again, then resume.': 'Verbinden Sie die Adresse wieder, und setzen Sie dann fort.',
  'Connect {} itself; what is sent to {} arrives with it.':
    'Verbinden Sie {1} selbst; was an {2} gesendet wird, kommt dort an.',
  'Correct the address and send again.': 'Berichtigen Sie die Adresse und senden Sie erneut.',
  'Edit it and send it again, or write another one.':
    'Bearbeiten Sie sie und senden Sie erneut, oder schreiben Sie eine andere.',
  'Fewer would be taken out of many other words as well.':
    'Weniger würde auch aus vielen anderen Wörtern entfernt.',
  'Finish it there, or sign in to Postroom in this browser and start again.':
    'Beenden Sie sie dort, oder melden Sie sich in diesem Browser bei Postroom an und beginnen Sie neu.',
  'Give them access again first.': 'Geben Sie ihr zuerst wieder Zugang.',
  'Give them access again in the list of people.': 'Geben Sie ihr in der Liste der Personen wieder Zugang.',
  'Gmail asks {} to slow down.': 'Gmail bittet {}, langsamer zu machen.',
  'Gmail did not find the mailbox this message should be sent from.':
    'Gmail hat das Postfach nicht gefunden, von dem diese Nachricht gesendet werden soll.',
  'Gmail does not accept the address of a recipient.': 'Gmail nimmt die Adresse eines Empfängers nicht an.',
  'Gmail is switched off for this Google account.': 'Gmail ist für dieses Google-Konto abgeschaltet.',
  'Go back to Postroom and sign in with Google again.':
    'Gehen Sie zurück zu Postroom und melden Sie sich erneut mit Google an.',
  'Go back to the list.': 'Gehen Sie zurück zur Liste.',
  'Google Cloud Pub/Sub does not answer.': 'Google Cloud Pub/Sub antwortet nicht.',
  'Google Cloud does not let Postroom use the Pub/Sub topic or subscription.':
    'Google Cloud lässt Postroom das Pub/Sub-Topic oder die Subscription nicht benutzen.',
  'Google did not announce the last new mail.': 'Google hat die letzten neuen E-Mails nicht angekündigt.',
  'Google did not answer, so nothing was connected.':
    'Google hat nicht geantwortet, deshalb wurde nichts verbunden.',
  'Google did not say whether it sent the message.':
    'Google hat nicht gesagt, ob es die Nachricht gesendet hat.',
  'Google did not take the message yet.': 'Google hat die Nachricht noch nicht angenommen.',
  'Google did not take the test.': 'Google hat den Test nicht angenommen.',
  'Google disabled the account, because somebody else may have got into it.':
    'Google hat das Konto gesperrt, weil jemand anders hineingekommen sein könnte.',
  'Google does not accept the client id and secret of this Postroom.':
    'Google nimmt Client-ID und Secret dieses Postroom nicht an.',
  "Google does not know this Postroom's address.": 'Google kennt die Adresse dieses Postroom nicht.',
  "Google ended Postroom's access seven days after it was given. It does so while the consent screen of the Google Cloud project is in Testing.":
    'Google hat Postrooms Zugriff sieben Tage nach der Zustimmung beendet. Das tut es, solange der Zustimmungsbildschirm des Google-Cloud-Projekts im Zustand Testing ist.',
  'Google gave access for an hour only, not for as long as the address is connected.':
    'Google hat nur für eine Stunde Zugriff gegeben, nicht so lange, wie die Adresse verbunden ist.',
  'Google has not allowed this connection, or it was already saved or cancelled.':
    'Google hat diese Verbindung nicht erlaubt, oder sie wurde schon gespeichert oder abgebrochen.',
  'Google has not verified that {} belongs to this account.':
    'Google hat nicht bestätigt, dass {} zu diesem Konto gehört.',
  "Google no longer accepts Postroom's access: it was removed in the Google account, the password was changed, or it expired.":
    'Google nimmt Postrooms Zugriff nicht mehr an: Er wurde im Google-Konto entfernt, das Passwort wurde geändert, oder er ist abgelaufen.',
  'Google no longer accepts this sign-in: it was used before or took too long.':
    'Google nimmt diese Anmeldung nicht mehr an: Sie wurde schon benutzt oder dauerte zu lange.',
  'Google refused the sign-in: {}.': 'Google hat die Anmeldung abgelehnt: {}.',
  'Google refused without a reason.': 'Google hat ohne Begründung abgelehnt.',
  'Google refused: {}': 'Google hat abgelehnt: {}',
  "Google's answer does not prove who signed in.": 'Googles Antwort beweist nicht, wer sich angemeldet hat.',
  'Have the administrator trust Postroom in the Google Admin console under Security > API controls, then sign in again.':
    'Lassen Sie den Administrator Postroom in der Google-Admin-Konsole unter Sicherheit > API-Steuerung vertrauen, und melden Sie sich dann erneut an.',
  'Have the administrator trust Postroom in the Google Admin console under Security > API controls. {}':
    'Lassen Sie den Administrator Postroom in der Google-Admin-Konsole unter Sicherheit > API-Steuerung vertrauen. {}',
  'Have your Google Workspace administrator restore the account. {}':
    'Lassen Sie Ihren Google-Workspace-Administrator das Konto wiederherstellen. {}',
  'Have your Google Workspace administrator secure and restore the account. {}':
    'Lassen Sie Ihren Google-Workspace-Administrator das Konto sichern und wiederherstellen. {}',
  'Have your Google Workspace administrator switch Gmail on for the account. {}':
    'Lassen Sie Ihren Google-Workspace-Administrator Gmail für das Konto einschalten. {}',
  'If it did, the message is shown as sent as soon as Postroom finds it in Gmail.':
    'Wenn ja, wird die Nachricht als gesendet gezeigt, sobald Postroom sie in Gmail findet.',
  'It cannot be taken back any more. Wait until it shows as sent.':
    'Sie lässt sich nicht mehr zurückholen. Warten Sie, bis sie als gesendet gezeigt wird.',
  'It cannot be taken back. Write another one to set things right.':
    'Sie lässt sich nicht zurückholen. Schreiben Sie eine weitere, um es richtigzustellen.',
  'It goes on by itself as the last 24 hours pass.':
    'Es geht von selbst weiter, während die letzten 24 Stunden vergehen.',
  'It goes on by itself when an admin has reconnected the address.':
    'Es geht von selbst weiter, wenn ein Admin die Adresse neu verbunden hat.',
  'It is shown as it is now. Change it again if you still want to.':
    'Sie ist zu sehen, wie sie jetzt ist. Ändern Sie sie erneut, wenn Sie noch wollen.',
  'It is tried again by itself.': 'Es wird von selbst erneut versucht.',
  'It is tried again by itself. If it stays so, whoever runs Postroom checks its connection to the internet.':
    'Es wird von selbst erneut versucht. Bleibt es so, prüft, wer Postroom betreibt, dessen Verbindung zum Internet.',
  'It may have been deleted, or the link is of another inbox.':
    'Vielleicht wurde es gelöscht, oder der Link gehört zu einem anderen Posteingang.',
  'It may have been deleted.': 'Vielleicht wurde es gelöscht.',
  'It may just have been accepted or taken back.':
    'Vielleicht wurde sie gerade angenommen oder zurückgenommen.',
  'It was sent or discarded in another window. What you see here is kept if you go on writing.':
    'Er wurde in einem anderen Fenster gesendet oder verworfen. Was Sie hier sehen, bleibt, wenn Sie weiterschreiben.',
  'It was used already, replaced by a newer one, or is too old. Ask for a new one.':
    'Er wurde schon benutzt, durch einen neueren ersetzt oder ist zu alt. Bitten Sie um einen neuen.',
  'It was used already, taken back, or is older than a week. Ask for a new one.':
    'Sie wurde schon benutzt, zurückgenommen oder ist älter als eine Woche. Bitten Sie um eine neue.',
  'It was written more than a day ago, while {} was disconnected.':
    'Sie wurde vor mehr als einem Tag geschrieben, als {} getrennt war.',
  'Its server did not answer with a picture, or it is none that Postroom asks.':
    'Sein Server hat nicht mit einem Bild geantwortet, oder es ist keiner, den Postroom fragt.',
  'Let them ask for a link by mail on the sign-in page, or ask an admin of that inbox as well.':
    'Die Person kann auf der Anmeldeseite einen Link per E-Mail anfordern, oder Sie fragen auch einen Admin jenes Posteingangs.',
  'Look at its state again: it may just have ended.':
    'Sehen Sie ihren Zustand neu an: Vielleicht ist sie gerade zu Ende.',
  'Look at the list again.': 'Sehen Sie die Liste neu an.',
  'Look at the list of people.': 'Sehen Sie in die Liste der Personen.',
  'Look at the report and correct the list. Resume if you are sure of the rest.':
    'Sehen Sie in den Bericht und berichtigen Sie die Liste. Setzen Sie fort, wenn Sie des Rests sicher sind.',
  'Make a new id for each message.': 'Jede Nachricht braucht eine neue id.',
  'Make somebody else an admin first.': 'Machen Sie zuerst jemand anderen zum Admin.',
  'Mark a shorter passage within one paragraph, or delete the whole message.':
    'Markieren Sie eine kürzere Passage innerhalb eines Absatzes, oder löschen Sie die ganze Nachricht.',
  'Mark at least three letters or digits.': 'Markieren Sie mindestens drei Buchstaben oder Ziffern.',
  'Merge the two customers instead.': 'Führen Sie stattdessen die beiden Kunden zusammen.',
  'Name it as IANA does, like Europe/Berlin.': 'Nennen Sie sie wie die IANA, etwa Europe/Berlin.',
  'Nothing needs doing. To connect another address, sign in with its account.':
    'Es ist nichts zu tun. Um eine andere Adresse zu verbinden, melden Sie sich mit deren Konto an.',
  'Nothing to do: Postroom looks every few seconds until Google announces new mail again.':
    'Es ist nichts zu tun: Postroom sieht alle paar Sekunden nach, bis Google wieder ankündigt.',
  'Nothing to do: Postroom tries again, and looks for new mail by itself meanwhile.':
    'Es ist nichts zu tun: Postroom versucht es erneut und sieht inzwischen selbst nach neuen E-Mails.',
  'Only admins can connect an address, and you are not one any more.':
    'Nur Admins können eine Adresse verbinden, und Sie sind keiner mehr.',
  'Only admins can do this.': 'Das können nur Admins.',
  'Only admins can make an inbox.': 'Nur Admins können einen Posteingang anlegen.',
  'Part of what was sent is not as it should be.':
    'Ein Teil dessen, was gesendet wurde, ist nicht, wie er sein soll.',
  'Postroom cannot reach Google.': 'Postroom erreicht Google nicht.',
  "Postroom cannot read the access it keeps, because this deployment's secret was changed.":
    'Postroom kann den aufbewahrten Zugriff nicht lesen, weil das Geheimnis dieser Installation geändert wurde.',
  'Postroom did not learn whether Gmail sent it before it was disconnected.':
    'Postroom hat nicht erfahren, ob Gmail sie noch gesendet hat, bevor die Adresse getrennt war.',
  'Postroom has no credentials for Google Cloud Pub/Sub.':
    'Postroom hat keine Zugangsdaten für Google Cloud Pub/Sub.',
  'Postroom keeps no access to this Google account.':
    'Postroom hat keinen Zugriff auf dieses Google-Konto mehr.',
  'Postroom looks for it in Sent, and sends it by itself if it is not there. It is not sent twice.':
    'Postroom sucht sie unter Gesendet und sendet sie von selbst, wenn sie dort nicht ist. Sie wird nicht zweimal gesendet.',
  'Postroom met an error of its own and could not finish this.':
    'Postroom ist auf einen eigenen Fehler gestoßen und konnte dies nicht zu Ende bringen.',
  'Postroom no longer has every permission it needs in this Google account.':
    'Postroom hat in diesem Google-Konto nicht mehr jede Berechtigung, die es braucht.',
  'Put {{draft.htmlBody}} where the message belongs, outside of any {{#if}}: without it customers would get an empty message.':
    'Setzen Sie {{draft.htmlBody}} dorthin, wo die Nachricht hingehört, außerhalb jedes {{#if}}: Ohne das bekämen Kunden eine leere Nachricht.',
  'Reconnect it, or send the test from another address.':
    'Verbinden Sie sie neu, oder senden Sie den Test von einer anderen Adresse.',
  'Reconnect the address and leave every box ticked on the page of Google.':
    'Verbinden Sie die Adresse neu und lassen Sie auf Googles Seite jedes Häkchen stehen.',
  'Reconnect the address. It is checked by itself a few minutes later.':
    'Verbinden Sie die Adresse neu. Sie wird ein paar Minuten später von selbst geprüft.',
  'Reconnect the address: an admin signs in to its Google account again.':
    'Verbinden Sie die Adresse neu: Ein Admin meldet sich wieder bei ihrem Google-Konto an.',
  'Reload the page.': 'Laden Sie die Seite neu.',
  'Remove one, or share the file by a link.':
    'Entfernen Sie einen, oder teilen Sie die Datei über einen Link.',
  'Resume when Google lets the address send again, usually a day later. Nobody gets it twice.':
    'Setzen Sie fort, wenn Google die Adresse wieder senden lässt, meist einen Tag später. Niemand bekommt sie zweimal.',
  'Run npm start, which builds it, or npm run build -w web.':
    'Starten Sie npm start, das sie baut, oder npm run build -w web.',
  'Save one of your own, or ask an admin to change it.':
    'Speichern Sie einen eigenen, oder bitten Sie einen Admin, ihn zu ändern.',
  'Send fewer or smaller attachments: together they may have about 25 MB.':
    'Senden Sie weniger oder kleinere Anhänge: Zusammen dürfen sie etwa 25 MB haben.',
  'Send it now, or do not send it.': 'Senden Sie sie jetzt, oder senden Sie sie nicht.',
  'Send the invitation again, or take it back first.':
    'Senden Sie die Einladung erneut, oder nehmen Sie sie zuerst zurück.',
  'Sign in and try again.': 'Melden Sie sich an und versuchen Sie es erneut.',
  'Sign in as {}. To connect {} as well, add it as an address of its own.':
    'Melden Sie sich als {1} an. Um auch {2} zu verbinden, fügen Sie es als eigene Adresse hinzu.',
  'Sign in with Google again.': 'Melden Sie sich erneut mit Google an.',
  "Sign in with Google again. If it stays, check this server's clock and that GOOGLE_ISSUER and GOOGLE_JWKS_URL belong together.":
    'Melden Sie sich erneut mit Google an. Bleibt es so, prüfen Sie die Uhr dieses Servers und ob GOOGLE_ISSUER und GOOGLE_JWKS_URL zusammengehören.',
  'Sign in with an account of the organisation that runs this Postroom.':
    'Melden Sie sich mit einem Konto der Organisation an, die dieses Postroom betreibt.',
  "Sign in with an account of your company's Google Workspace.":
    'Melden Sie sich mit einem Konto aus dem Google Workspace Ihrer Firma an.',
  'Sign in with an account that has a mailbox. For a group, connect the account its mail goes to.':
    'Melden Sie sich mit einem Konto an, das ein Postfach hat. Bei einer Gruppe verbinden Sie das Konto, zu dem ihre E-Mails gehen.',
  'Sign in, then open the link again.': 'Melden Sie sich an und öffnen Sie den Link dann erneut.',
  'Sign in.': 'Melden Sie sich an.',
  'Sign out and sign in with that address, or ask for an invitation to yours.':
    'Melden Sie sich ab und mit jener Adresse an, oder bitten Sie um eine Einladung an Ihre.',
  'Somebody has deleted it. Choose another, or make it again.':
    'Jemand hat es gelöscht. Wählen Sie ein anderes, oder legen Sie es neu an.',
  'Somebody has set up this Postroom already, or the link was not copied as a whole. Sign in, or look at the terminal where Postroom was started.':
    'Jemand hat dieses Postroom schon eingerichtet, oder der Link wurde nicht ganz kopiert. Melden Sie sich an, oder sehen Sie in das Terminal, in dem Postroom gestartet wurde.',
  'Somebody may have parted them already.': 'Vielleicht hat jemand sie schon wieder getrennt.',
  'Split the list.': 'Teilen Sie die Liste.',
  'Take {{{}}} out of the message, or add a list that has this column.':
    'Nehmen Sie {{{}}} aus der Nachricht, oder fügen Sie eine Liste hinzu, die diese Spalte hat.',
  "The Gmail API is switched off in this deployment's Google Cloud project.":
    'Die Gmail API ist im Google-Cloud-Projekt dieser Installation abgeschaltet.',
  'The Google account was disabled or deleted.': 'Das Google-Konto wurde gesperrt oder gelöscht.',
  'The Pub/Sub topic or subscription that Google announces new mail through does not exist.':
    'Das Pub/Sub-Topic oder die Subscription, über die Google neue E-Mails ankündigt, gibt es nicht.',
  "The address's template cannot be filled, so the message was not sent.":
    'Die Vorlage der Adresse lässt sich nicht ausfüllen, deshalb wurde die Nachricht nicht gesendet.',
  'The attachments are larger than the 25 MB Gmail sends with one message.':
    'Die Anhänge sind größer als die 25 MB, die Gmail mit einer Nachricht sendet.',
  'The address then connects again by itself within the hour; Reconnect does it at once.':
    'Die Adresse verbindet sich dann innerhalb einer Stunde von selbst wieder; „Neu verbinden“ tut es sofort.',
  'The bulk message goes to nobody yet.': 'Die Massennachricht geht noch an niemanden.',
  'The bulk message has no subject or says nothing.':
    'Die Massennachricht hat keinen Betreff oder sagt nichts.',
  'The chosen template does not exist any more.': 'Die gewählte Vorlage gibt es nicht mehr.',
  'The conversations cannot go to the person who leaves.':
    'Die Unterhaltungen können nicht an die Person gehen, die geht.',
  'The list has no column “{}”.': 'Die Liste hat keine Spalte „{}“.',
  'The message has been sent.': 'Die Nachricht ist gesendet.',
  'The message has no address to be sent from.':
    'Die Nachricht hat keine Adresse, von der sie gesendet wird.',
  'The message has no recipient.': 'Die Nachricht hat keinen Empfänger.',
  'The message is being sent at this moment.': 'Die Nachricht wird in diesem Augenblick gesendet.',
  'The message is held and sent when an admin reconnects the address.':
    'Die Nachricht wird zurückgehalten und gesendet, wenn ein Admin die Adresse neu verbindet.',
  'The message is larger than Gmail accepts.': 'Die Nachricht ist größer, als Gmail annimmt.',
  'The message waits and is sent by itself as soon as Google allows it.':
    'Die Nachricht wartet und wird von selbst gesendet, sobald Google es erlaubt.',
  'The message waits and is sent by itself in a moment.':
    'Die Nachricht wartet und wird gleich von selbst gesendet.',
  'The message waits and is sent by itself. Whoever runs Postroom can raise the quota of the Gmail API in the Google Cloud console.':
    'Die Nachricht wartet und wird von selbst gesendet. Wer Postroom betreibt, kann das Kontingent der Gmail API in der Google-Cloud-Konsole erhöhen.',
  'The password may have {} characters.': 'Das Passwort darf {} Zeichen haben.',
  'The password needs at least {} characters.': 'Das Passwort braucht mindestens {} Zeichen.',
  'The picture could not be fetched.': 'Das Bild konnte nicht geholt werden.',
  'The settings were not saved in time, so the access was given back to Google.':
    'Die Einstellungen wurden nicht rechtzeitig gespeichert, deshalb ging der Zugriff an Google zurück.',
  'The template cannot be filled.': 'Die Vorlage lässt sich nicht ausfüllen.',
  'The template does not contain what the agent writes.':
    'Die Vorlage enthält nicht, was der Agent schreibt.',
  'The watch of this address at Gmail has ended.':
    'Die Überwachung dieser Adresse bei Gmail ist zu Ende gegangen.',
  'The web page has not been built.': 'Die Webseite wurde nicht gebaut.',
  'There are {} tags already.': 'Es gibt schon {} Schlagwörter.',
  'There is a saved reply “{}” already.': 'Es gibt schon einen Textbaustein „{}“.',
  'There is a tag “{}” already.': 'Es gibt schon ein Schlagwort „{}“.',
  'There is no such conversation here.': 'Diese Unterhaltung gibt es hier nicht.',
  'There is no such customer here.': 'Diesen Kunden gibt es hier nicht.',
  'There is no such invitation.': 'Diese Einladung gibt es nicht.',
  'There is no such message here.': 'Diese Nachricht gibt es hier nicht.',
  'There is no such message to forward.': 'Die Nachricht zum Weiterleiten gibt es nicht.',
  'There is no such message to send.': 'Die Nachricht zum Senden gibt es nicht.',
  'There is no such person in this inbox.': 'Diese Person gibt es in diesem Posteingang nicht.',
  'There is no such {} here.': 'Das gibt es hier nicht ({}).',
  'There is nothing at this address.': 'Unter dieser Adresse gibt es nichts.',
  'These customers are not merged any more.': 'Diese Kunden sind nicht mehr zusammengeführt.',
  'These words do not stand in the message as they are marked.':
    'Diese Wörter stehen nicht so in der Nachricht, wie sie markiert sind.',
  'They may have been deleted or merged, or the link is of another inbox.':
    'Vielleicht wurde er gelöscht oder zusammengeführt, oder der Link gehört zu einem anderen Posteingang.',
  'This Postroom connects accounts of its own organisation only, and this account is of another.':
    'Dieses Postroom verbindet nur Konten der eigenen Organisation, und dieses Konto gehört zu einer anderen.',
  'This Postroom has no Google client yet, so no address can be connected.':
    'Dieses Postroom hat noch keinen Google-Client, also kann keine Adresse verbunden werden.',
  "This Postroom's Google Cloud project has used up what its owner lets it ask of Gmail in a day.":
    'Das Google-Cloud-Projekt dieses Postroom hat verbraucht, was sein Besitzer es an einem Tag von Gmail verlangen lässt.',
  'This address belongs to another customer.': 'Diese Adresse gehört einem anderen Kunden.',
  'This address is not connected here any more.': 'Diese Adresse ist hier nicht mehr verbunden.',
  'This address is not connected here.': 'Diese Adresse ist hier nicht verbunden.',
  'This bulk message does not exist any more.': 'Diese Massennachricht gibt es nicht mehr.',
  'This bulk message is being sent or was sent.': 'Diese Massennachricht wird oder wurde gesendet.',
  'This cannot be done with the bulk message as it is now.':
    'Das geht mit der Massennachricht nicht, wie sie jetzt ist.',
  'This draft does not exist any more.': 'Diesen Entwurf gibt es nicht mehr.',
  'This draft was changed in another window.': 'Dieser Entwurf wurde in einem anderen Fenster geändert.',
  'This filter is somebody else’s.': 'Dieser Filter gehört jemand anderem.',
  'This id belongs to another message.': 'Diese id gehört zu einer anderen Nachricht.',
  'This invitation cannot be used.': 'Diese Einladung lässt sich nicht benutzen.',
  'This invitation is for {}.': 'Diese Einladung ist für {}.',
  'This is not the name of the customer.': 'Das ist nicht der Name des Kunden.',
  'This is not the name of the inbox.': 'Das ist nicht der Name des Posteingangs.',
  'This is not your present password.': 'Das ist nicht Ihr bisheriges Passwort.',
  'This is one customer, not two.': 'Das ist ein Kunde, nicht zwei.',
  'This is the only admin of this inbox, and it needs one.':
    'Das ist der einzige Admin dieses Posteingangs, und er braucht einen.',
  'This link cannot be used.': 'Dieser Link lässt sich nicht benutzen.',
  'This message was cancelled.': 'Diese Nachricht wurde abgebrochen.',
  'This password is made of your own name or email address.':
    'Dieses Passwort besteht aus Ihrem eigenen Namen oder Ihrer E-Mail-Adresse.',
  'This password is one of the first that are guessed.': 'Dieses Passwort ist eines der ersten, die man rät.',
  'This person also has access to an inbox that you are no admin of.':
    'Diese Person hat auch Zugang zu einem Posteingang, dessen Admin Sie nicht sind.',
  'This person has been invited already.': 'Diese Person ist schon eingeladen.',
  'This person has no access now.': 'Diese Person hat jetzt keinen Zugang.',
  'This person is in this inbox already.': 'Diese Person ist schon in diesem Posteingang.',
  'This person is not a member of this inbox.': 'Diese Person gehört nicht zu diesem Posteingang.',
  'This person was in this inbox and has no access now.':
    'Diese Person war in diesem Posteingang und hat jetzt keinen Zugang.',
  'This sign-in does not exist, or is not yours.': 'Diese Anmeldung gibt es nicht, oder sie ist nicht Ihre.',
  'This sign-in link is not known to Postroom.': 'Postroom kennt diesen Anmelde-Link nicht.',
  'This sign-in took longer than ten minutes.': 'Diese Anmeldung hat länger als zehn Minuten gedauert.',
  'This sign-in was already finished: its link works once.':
    'Diese Anmeldung wurde schon beendet: Ihr Link gilt einmal.',
  'This sign-in was cancelled in Postroom.': 'Diese Anmeldung wurde in Postroom abgebrochen.',
  'This sign-in was started in another browser, or by someone else.':
    'Diese Anmeldung wurde in einem anderen Browser begonnen, oder von jemand anderem.',
  'This tag is not there any more.': 'Dieses Schlagwort gibt es nicht mehr.',
  'This template does not exist any more.': 'Diese Vorlage gibt es nicht mehr.',
  'This template has no such version.': 'Diese Vorlage hat keine solche Fassung.',
  'This template is used by {}.': 'Diese Vorlage wird von {} benutzt.',
  'This time zone is not known.': 'Diese Zeitzone ist nicht bekannt.',
  'This was tried too often.': 'Das wurde zu oft versucht.',
  'Three or four words that do not belong together make a good one.':
    'Drei oder vier Wörter, die nicht zusammengehören, ergeben ein gutes.',
  'To connect it, sign in with Google again and choose Allow.':
    'Um es zu verbinden, melden Sie sich erneut mit Google an und wählen Sie Zulassen.',
  'Try again in a minute. It may have been sent all the same where the answer was lost.':
    'Versuchen Sie es in einer Minute erneut. Ging nur die Antwort verloren, wurde er vielleicht doch gesendet.',
  'Try again later, or send the test from another address.':
    'Versuchen Sie es später erneut, oder senden Sie den Test von einer anderen Adresse.',
  "Try again. If it stays, give your administrator the number {}: the server's log has the details.":
    'Versuchen Sie es erneut. Bleibt es so, geben Sie Ihrem Administrator die Nummer {}: Das Log des Servers hat die Einzelheiten.',
  'Try again. If it stays, give your administrator these words of Google.':
    'Versuchen Sie es erneut. Bleibt es so, geben Sie Ihrem Administrator diese Worte von Google.',
  'Type the name as it stands on the page.': 'Tippen Sie den Namen, wie er auf der Seite steht.',
  'Type {} to delete it.': 'Tippen Sie {}, um zu löschen.',
  'Undo or cancel its sending first, then try again.':
    'Machen Sie zuerst ihr Senden rückgängig oder brechen Sie es ab, und versuchen Sie es dann erneut.',
  'Use one of them, or ask an admin to delete some under Settings > Tags.':
    'Nehmen Sie eines davon, oder bitten Sie einen Admin, unter Einstellungen > Schlagwörter einige zu löschen.',
  'Verify the address in the Google account, then sign in again.':
    'Bestätigen Sie die Adresse im Google-Konto und melden Sie sich dann erneut an.',
  'Wait a minute and try again.': 'Warten Sie eine Minute und versuchen Sie es erneut.',
  'Wait a minute, then sign in with Google again.':
    'Warten Sie eine Minute und melden Sie sich dann erneut mit Google an.',
  'Wait {} minutes and try again.': 'Warten Sie {} Minuten und versuchen Sie es erneut.',
  'Whoever runs Postroom checks GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET. {}':
    'Wer Postroom betreibt, prüft GOOGLE_CLIENT_ID und GOOGLE_CLIENT_SECRET. {}',
  'Whoever runs Postroom gives its service account the role Pub/Sub Subscriber on the subscription, or runs the commands in the log.':
    'Wer Postroom betreibt, gibt dessen Dienstkonto die Rolle Pub/Sub Subscriber für die Subscription oder führt die Befehle im Log aus.',
  'Whoever runs Postroom gives the former POSTROOM_SECRET back, and the address connects by itself; or reconnect it.':
    'Wer Postroom betreibt, setzt das frühere POSTROOM_SECRET wieder ein, und die Adresse verbindet sich von selbst; oder verbinden Sie sie neu.',
  'Whoever runs Postroom makes it with the commands in the log. Until then Postroom looks by itself.':
    'Wer Postroom betreibt, legt es mit den Befehlen im Log an. Bis dahin sieht Postroom selbst nach.',
  'Whoever runs Postroom publishes the app in the Google Cloud console (Google Auth Platform > Audience) or makes it Internal. Then reconnect the address.':
    'Wer Postroom betreibt, veröffentlicht die App in der Google-Cloud-Konsole (Google Auth Platform > Audience) oder stellt sie auf Internal. Verbinden Sie die Adresse dann neu.',
  'Whoever runs Postroom sets GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account with the role Pub/Sub Subscriber, or removes GOOGLE_PUBSUB_TOPIC.':
    'Wer Postroom betreibt, setzt GOOGLE_APPLICATION_CREDENTIALS auf die Schlüsseldatei eines Dienstkontos mit der Rolle Pub/Sub Subscriber oder entfernt GOOGLE_PUBSUB_TOPIC.',
  'Whoever runs Postroom switches the Gmail API on in the Google Cloud console. {}':
    'Wer Postroom betreibt, schaltet die Gmail API in der Google-Cloud-Konsole ein. {}',
  'Apps > Email > Set up Google shows how to make one; whoever runs Postroom sets GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.':
    'Apps > E-Mail > Google einrichten zeigt, wie man einen anlegt; wer Postroom betreibt, setzt GOOGLE_CLIENT_ID und GOOGLE_CLIENT_SECRET.',
  'Choose a later message of the conversation.': 'Wählen Sie eine spätere Nachricht der Unterhaltung.',
  'There is nothing before this message to split it from.':
    'Vor dieser Nachricht ist nichts, wovon sie zu trennen wäre.',
  'These conversations are not merged any more.': 'Diese Unterhaltungen sind nicht mehr zusammengeführt.',
  'They may have been deleted or merged.': 'Vielleicht wurden sie gelöscht oder zusammengeführt.',
  'This is one conversation, not two.': 'Das ist eine Unterhaltung, nicht zwei.',
  'Write a new one.': 'Schreiben Sie eine neue.',
  'Write both before you send it.': 'Schreiben Sie beides, bevor Sie senden.',
  'Write the message again. If it stays, ask an admin to reconnect the address.':
    'Schreiben Sie die Nachricht neu. Bleibt es so, bitten Sie einen Admin, die Adresse neu zu verbinden.',
  'You are not signed in.': 'Sie sind nicht angemeldet.',
  'You did not allow Postroom to use the account, so nothing was connected.':
    'Sie haben Postroom die Nutzung des Kontos nicht erlaubt, deshalb wurde nichts verbunden.',
  'You have an account already.': 'Sie haben schon ein Konto.',
  'You have no access to this inbox.': 'Sie haben keinen Zugang zu diesem Posteingang.',
  'You signed in as {}, but this reconnects {}.':
    'Sie haben sich als {1} angemeldet, aber hier wird {2} neu verbunden.',
  'Your Google Workspace administrator does not allow Postroom to use Gmail.':
    'Ihr Google-Workspace-Administrator erlaubt Postroom nicht, Gmail zu nutzen.',
  'Your organisation asks people to sign in to Google again after a time, and that time is over.':
    'Ihre Organisation verlangt nach einer gewissen Zeit eine neue Anmeldung bei Google, und diese Zeit ist um.',
  '{} Have an admin mend the template or choose another one, then try again.':
    '{} Lassen Sie einen Admin die Vorlage berichtigen oder eine andere wählen, und versuchen Sie es dann erneut.',
  '{} Sign in with Google again and leave every box ticked.':
    '{} Melden Sie sich erneut mit Google an und lassen Sie jedes Häkchen stehen.',
  '{} has changed this conversation in the meantime.': '{} hat diese Unterhaltung inzwischen geändert.',
  '{} has no Gmail mailbox of its own: it may be a Google Group, or Gmail is switched off for it.':
    '{} hat kein eigenes Gmail-Postfach: Vielleicht ist es eine Google-Gruppe, oder Gmail ist dafür abgeschaltet.',
  "{} has reached Google's sending limit.": '{} hat Googles Sendegrenze erreicht.',
  "{} has used what bulk messages may take of Google's daily limit.":
    '{} hat verbraucht, was Massennachrichten von Googles Tagesgrenze nehmen dürfen.',
  '{} is a personal Google account. Postroom connects Google Workspace mailboxes.':
    '{} ist ein privates Google-Konto. Postroom verbindet Google-Workspace-Postfächer.',
  '{} is already connected here.': '{} ist hier schon verbunden.',
  '{} is already connected in {}.': '{1} ist schon in {2} verbunden.',
  '{} is already connected to another instance of this Postroom.':
    '{} ist schon mit einer anderen Instanz dieses Postroom verbunden.',
  '{} is an alias: its mail is in the mailbox {}.': '{1} ist ein Alias: Seine E-Mails sind im Postfach {2}.',
  '{} is disconnected from Gmail, so it cannot be checked.':
    '{} ist von Gmail getrennt und kann deshalb nicht geprüft werden.',
  '{} is disconnected from Gmail, so the test was not sent.':
    '{} ist von Gmail getrennt, deshalb wurde der Test nicht gesendet.',
  '{} is disconnected from Gmail.': '{} ist von Gmail getrennt.',
  '{} of {} messages came back. Google may block an address that many cannot receive from.':
    '{1} von {2} Nachrichten kamen zurück. Google kann eine Adresse sperren, von der viele nichts empfangen können.',
  '{} saved “{}” while you were writing.': '{1} hat „{2}“ gespeichert, während Sie schrieben.',
  '{} was deleted.': '{} wurde gelöscht.',
  '“{}” is not an email address mail can be sent to.':
    '„{}“ ist keine E-Mail-Adresse, an die gesendet werden kann.',
  '“{}” is not an email address.': '„{}“ ist keine E-Mail-Adresse.',
};
