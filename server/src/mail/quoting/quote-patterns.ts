/** The texts by which mail programs mark quotations, in many languages. */

/** "Ana wrote": the verb of an attribution. */
export const attributionVerb = new RegExp(
  [
    'wrote|writes|schrieb|schreibt|geschrieben|geschreven|a écrit|escribió|escreveu|escribiu|ha scritto|schreef|skrev|skreiv|kirjoitti',
    'napisał|napisana przez|pisze|napsal|napísal|píše|написал|пишет|пише|написав|написа|yazdı|yazmış|a scris|scrie|írta',
    'έγραψε|napisao|napisala|je pisao|piše|va escriure|ha escrit|missatge de|rašė|rakstīja|kirjutas|skrifaði',
    'shkroi|đã viết|menulis|เขียน|كتب|كتابة|כתב|نوشت|लिखा|写道|寫道|のメール|書きました|님이 작성',
  ].join('|'),
  'i',
);
/** An attribution without a verb. */
export const verblessAttribution =
  /^\s*(quoting|zitat von|citando a|citando|citation de|citazione|citat)\s\S/i;
/** How attributions begin: a preposition, a date, a weekday, or a name and address. */
export const attributionStart =
  /^\s*(?:-{2,5}\s*)?((on|at|am|le|el|il|em|a|no dia|op|den|på|dnia|w dniu|dne|в|у|на|pe|în|στις|vào|pada|kuupäev|in data)(?=\s)|\d{1,4}[./-] ?\d{1,2}|\d{1,2}\.? [\p{L}.]+ \d{2,4}|(mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*[ ,.]|\d{4}年|"?[\w. -]{1,60}"? ?<[^>]+@)/iu;
/** Says that the answers are inside the quoted text below, unmarked, as people write in Outlook. */
export const inlineReplyNotice =
  /\b(in-?line|see below|in (red|blue|green|bold|colou?r|purple)|siehe unten|s\. ?u\.|in (rot|blau|grün|farbe)|voir (plus bas|ci-dessous)|en (rouge|bleu|vert|rojo|azul|verde)|in (rosso|blu|rood|blauw)|em (vermelho|azul)|między wierszami)(?![\p{L}])|(answers?|repl(y|ies)|comments?|responses?|remarks|notes|antwort(en)?|kommentare?|anmerkungen|réponses?|commentaires?|respuestas?|comentarios?|rispost[ae]|commenti|antwoord(en)?|opmerkingen|respostas?|comentários?|odpowiedzi|svar|kommentarer)(?![\p{L}]).{0,40}(below|within|between|unten|dazwischen|im text|ci-dessous|dans le (texte|corps)|abajo|en el texto|sotto|nel testo|hieronder|in de tekst|abaixo|no (texto|corpo)|poniżej|nedan|nedenfor)(?![\p{L}])/iu;
/** With a pronoun ("you wrote") it is a person's sentence; no program writes attributions so. */
export const narratedWrote =
  /\b(you|i|we|they|he|she|du|ich|wir|sie|er|vous|tu|je|nous|usted|você|eu|lei|io|jij|ik|u)\s+(wrote|writes|schrieb|schreibt|avez écrit|a écrit|escribió|escreveu|ha scritto|schreef)\b|\b(schrieb|schreibt|schreef)\s+(er|sie|ich|du|wir|mir|uns|hij|zij|ik|mij|ons)\b/i;

const messageTerms =
  'messages?|mails?|e-mails?|nachricht|bericht|appointment|meddelande|meddelelse|melding|viesti|wiadomość|zpráva|správa|üzenet|mesaj|сообщение|письмо|повідомлення|съобщение|邮件|郵件|メッセージ|메시지|이메일|μήνυμα|poruka|sporočilo|tin nhắn|mensaje|mensagem|messaggio|missatge|הודעה|رسالة';
const originalTerms =
  'origin|ursprüng|oorspronk|oprindelig|opprinnelig|ursprunglig|alkuper|oryginaln|původní|pôvodn|eredeti|orijinal|исходн|оригинал|оригінал|первонач|原始|元の|원본|αρχικ|izvorn|gốc|מקור|أصلي|reply ';
/** `-----Original Message-----` and its translations; with five or more dashes also without the word for message. */
export const originalMessageSeparator = new RegExp(
  `^[\\s*>]*(?:[-_‐–—]{2,}\\s*(?=[^\\n]{0,80}(?:${originalTerms}))(?=[^\\n]{0,80}(?:${messageTerms}))|[-_‐–—]{5,}\\s*(?=[^-_‐–—]{0,40}(?:${originalTerms})[^-_‐–—]{0,40}[-_‐–—]{5}))[^\\n]{0,100}$`,
  'iu',
);
/** The same words alone on a line, as BlackBerry writes them; a separator only above a header field. */
export const bareOriginalMessage = new RegExp(
  `^(?=[^\\n]{1,60}$)(?=[^\\n]*(?:${originalTerms}))(?=[^\\n]*(?:${messageTerms}))[^\\p{L}\\p{N}]*(?:[\\p{L}\\p{M}'’]+\\s*){1,3}[^\\p{L}\\p{N}]*$`,
  'iu',
);
/** The line before a forwarded message. */
export const forwardedSeparator =
  /^[\s*>]*([-_]{2,}\s*)?(forwarded message|begin forwarded message|weitergeleitete nachricht|message transféré|début du message (transféré|réexpédié)|mensaje reenviado|inicio del mensaje reenviado|mensagem (encaminhada|reencaminhada)|início da mensagem (encaminhada|reencaminhada)|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat (meddelande|mejl)|videresendt (meddelelse|melding)|välitetty viesti|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet|iletilen mesaj|yönlendirilmiş mesaj|пересылаемое|пересланное|переслане|anfang der weitergeleiteten|転送|转发邮件|轉寄|전달된 메시지)/iu;

const field = (names: string) => new RegExp(`^[\\s*>]*(${names})\\s*\\*?\\s*[:：]`, 'iu');
/** The names of From, Subject, Date and To, as programs translate them. */
export const headerFields = [
  field(
    'from|von|de|da|van|från|fra|lähettäjä|od|от|от кого|від|kimden|gönderen|feladó|de la|από|šalje|pošiljatelj|saatja|nuo|no|từ|dari|差出人|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|מאת|من',
  ),
  field(
    'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|относно|konu|tárgy|subiect|θέμα|teema|assumpte|tema|chủ đề|subjek|perihal|件名|主题|主旨|제목|נושא|الموضوع',
  ),
  field(
    'sent|date|gesendet|datum|envoyé|envoyé le|enviado( el)?|enviada( em)?|enviat|fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|wysłano|odesláno|odoslané|дата|отправлено|надіслано|изпратено|tarih|gönderilme tarihi|gönderildi|elküldve|dátum|küldés ideje|trimis|στάλθηκε|ημερομηνία|poslano|saadetud|kuupäev|išsiųsta|nosūtīts|đã gửi|dikirim|tanggal|日時|日付|送信日時|发送时间|日期|寄件日期|時間|时间|날짜|보낸 날짜|보낸날짜|נשלח|תאריך|تم الإرسال|التاريخ',
  ),
  field(
    'to|an|à|para|a|aan|till|til|vastaanottaja|do|komu|кому|до|kime|alıcı|címzett|către|προς|prima|za|adressaat|kam|kepada|đến|per a|宛先|收件人|收件者|받는 사람|받는사람|אל|إلى',
  ),
];
/** The field that only mail programs name "Sent", unlike "Date". */
export const sentField = field(
  'sent|gesendet|envoyé( le)?|enviado( el)?|enviada( em)?|enviat|inviato|verzonden|skickat|sendt|lähetetty|wysłano|odesláno|odoslané|отправлено|надіслано|изпратено|gönderildi|elküldve|trimis|στάλθηκε|poslano|saadetud|送信日時|发送时间|寄件日期|보낸 날짜|נשלח|تم الإرسال',
);

const programs = 'iphone|ipad|android|galaxy|outlook|smartphone|xperia|huawei|mobil|mail|windows|blackberry';
/** The last line that phones and programs add. */
const sentFrom = [
  /^(sent (from|with|via|using|by)|gesendet (von|mit|aus)|envoyé (de|depuis|à partir|avec|via)|enviad[oa] (desde|do|da|de|a partir|pelo|con|com|via)|inviat[oa] (da|dal|con|tramite)|(verzonden|verstuurd) (vanaf|met|via|van)|skickat (från|med|via)|sendt (fra|med|via)|lähetetty |wysłan[eoay] (z|za pomocą|przez|przy)|(odesláno|odoslan[éo]) (z|ze|pomocí|pomocou)|отправлено (с|из|через|от)|надіслано (з|із)|изпратено от|trimis (de pe|din|de la)|στάλθηκε από|elküldve |dikirim dari|(được )?gửi từ|נשלח מ|أُ?رسلت من|ส่งจาก|poslano (s|z|sa) |saadetud |发自|發自|寄自|傳送自)/iu,
  /^(von meinem|diese nachricht wurde|iphone|ipad|从我的|從我的|나의|내).{1,60}(gesendet|gönderildi|送信|发送|發送|傳送|보냄)$/iu,
  /^(iphone|ipad)(から送信|에서 보냄)/iu,
  /^(get|obtenir|obtener|obtén|descargar|obter|baixe|baixar o|télécharger|scarica|ottieni|download|hent|hämta|skaffa|hanki|pobierz|stáhnout|получить|скачать|загрузить|获取|取得|下载) ?outlook /iu,
  /^outlook für (ios|android)( herunterladen| beziehen)?/iu,
];

/** Whether a line is like "Sent from my iPhone". With a comma or a second sentence, a person wrote it. */
export function isSentFrom(line: string): boolean {
  const text = line
    .replace(/<?https?:\/\/\S+>?/g, '')
    .trim()
    .replace(/^[^\p{L}\p{N}]+/u, '');
  if (text === '' || text.length > 80 || /[,;:?!]|\.\s/.test(text)) return false;
  if (/\.$/.test(text) && !new RegExp(programs, 'i').test(text) && text.length > 45) return false;
  return sentFrom.some((pattern) => pattern.test(text.replace(/\.$/, '')));
}
