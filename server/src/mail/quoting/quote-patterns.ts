/** The texts by which mail programs mark quotations, in many languages. */

/** "Ana wrote": the verb of an attribution. */
export const attributionVerb = new RegExp(
  [
    'wrote|writes|schrieb|schreibt|geschrieben|geschreven|a écrit|escribió|escreveu|escribiu|ha scritto|schreef|skrev|skreiv|kirjoitti',
    'napisał|napisana przez|pisze|napsal|napísal|píše|написал|пишет|пише|написав|написа|yazdı|yazmış|a scris|scrie|írta',
    'έγραψε|napisao|napisala|je pisao|је писао|piše|va escriure|ha escrit|missatge de|rašė|rakstīja|kirjutas|skrifaði',
    'shkroi|đã viết|menulis|เขียน|كتب|كتابة|כתב|نوشت|लिखा|写道|寫道|のメール|書きました|님이 작성|님이 쓴|쓴 글|작성|idatzi|је написа|je napis',
    'ezt írta|írta|napísal|napisao|napisala|fecit|schrieb|het volgende geschreven|följande|følgende|reageren',
  ].join('|'),
  'i',
);
/** An attribution without a verb. */
export const verblessAttribution =
  /^\s*(quoting|zitat von|citando a|citando|citation de|citazione|citat)\s\S/i;
/** How attributions begin: a preposition, a date, a weekday, or a name and address. */
export const attributionStart =
  /^\s*(?:-{2,5}\s*)?((in a message dated|in einer e-?mail vom|dans un (?:e-)?mail daté|on|at|am|le|el|il|em|a|no dia|op|den|på|dnia|w dniu|dne|в|у|на|pe|în|στις|vào|pada|kuupäev|in data)(?=\s)|\d{1,4}[./-] ?\d{1,2}|\d{1,2}\.? [\p{L}.]+ \d{2,4}|(mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*[ ,.]|\d{4}年|"?[\w. -]{1,60}"? ?<[^>]+@)/iu;
/** Says that the answers are inside the quoted text below, unmarked, as people write in Outlook. */
export const inlineReplyNotice =
  /\b(in-?line|see below|in (red|blue|green|bold|colou?r|purple)|siehe unten|s\. ?u\.|in (rot|blau|grün|farbe)|voir (plus bas|ci-dessous)|en (rouge|bleu|vert|rojo|azul|verde)|in (rosso|blu|rood|blauw)|em (vermelho|azul)|między wierszami)(?![\p{L}])|(answers?|repl(y|ies)|comments?|responses?|remarks|notes|antwort(en)?|kommentare?|anmerkungen|réponses?|commentaires?|respuestas?|comentarios?|rispost[ae]|commenti|antwoord(en)?|opmerkingen|respostas?|comentários?|odpowiedzi|svar|kommentarer)(?![\p{L}]).{0,40}(below|within|between|unten|dazwischen|im text|ci-dessous|dans le (texte|corps)|abajo|en el texto|sotto|nel testo|hieronder|in de tekst|abaixo|no (texto|corpo)|poniżej|nedan|nedenfor)(?![\p{L}])/iu;
/** With a pronoun ("you wrote") it is a person's sentence; no program writes attributions so. */
export const narratedWrote =
  /\b(you|i|we|they|he|she|du|ich|wir|sie|er|vous|tu|je|nous|usted|você|eu|lei|io|jij|ik|u)\s+(wrote|writes|schrieb|schreibt|avez écrit|a écrit|escribió|escreveu|ha scritto|schreef)\b|\b(schrieb|schreibt|schreef)\s+(er|sie|ich|du|wir|mir|uns|hij|zij|ik|mij|ons)\b/i;

const messageTerms =
  'messages?|mails?|e-mails?|nachricht|bericht|appointment|meddelande|meddelelse|melding|viesti|wiadomoś|zpráv|správ|üzenet|mesaj|сообщени|письм|повідомлен|съобщен|邮件|郵件|メッセージ|메시지|이메일|μήνυμα|μηνύματ|poruk|порук|sporočil|[iİ]leti|e-posta|levél|kiri|laišk|ziņ|tin nhắn|mensaje|mensagem|messaggio|missatge|הודעה|رسالة';
const originalTerms =
  'origin|ursprüng|oorspronk|oprindelig|opprinnelig|ursprunglig|alkuper|oryginaln|původní|pôvodn|eredeti|orijinal|özgün|oriģin|algne|izvirn|orig\\.|ต้นฉบับ|原邮件|原郵件|исходн|оригинал|оригінал|первонач|原始|元の|원본|αρχικ|izvorn|gốc|מקור|أصلي|reply ';
/** `-----Original Message-----` and its translations; with five or more dashes also without the word for message. */
export const originalMessageSeparator = new RegExp(
  `^[\\s*>]*(?:[-_‐–—]{2,}\\s*(?=[^\\n]{0,80}(?:${originalTerms}))(?=[^\\n]{0,80}(?:${messageTerms}))|[-_‐–—]{5,}\\s*(?=[^-_‐–—]{0,40}(?:${originalTerms})[^-_‐–—]{0,40}[-_‐–—]{5})|-{3,} ?użytkownik [^\\n]{1,80} napisał)[^\\n]{0,100}$`,
  'iu',
);
/** `-----Ana Silva/FAR wrote: -----`, as Notes writes it in any language; a separator only above a header block. */
export const dashedHeading = /^[\s*>]*-{3,5} ?[^\s-][^\n]{1,200}: ?-{3,5}\s*$/;
/** The same words alone on a line, as BlackBerry writes them; a separator only above a header field. */
export const bareOriginalMessage = new RegExp(
  `^(?=[^\\n]{1,60}$)(?=[^\\n]*(?:${originalTerms}))(?=[^\\n]*(?:${messageTerms}))[^\\p{L}\\p{N}]*(?:[\\p{L}\\p{M}'’]+\\s*){1,3}[^\\p{L}\\p{N}]*$`,
  'iu',
);
/** The words of every language by which programs say that something is forwarded; beginnings, because they are inflected. */
const forwardedTerms =
  'forward|fwd\\.|weitergeleitet|transfér|réexpédi|transmis|réachemin|reenvia|reencaminh|encaminh|inoltra|doorgestuurd|doorgezonden|vidarebefordra|videresend|välitet|välittä|edelleenlähet|lähetetty edelleen|przekaz|przesłan|přepos|přesměr|prepos|továbbít|redirec[tț]|înainta|transferat|retrimis|[iİ]letil|İleti başlangıcı|yönlendir|пересл|пересыл|перенапр|переадр|пересил|препра|прослеђ|prosleđ|prosljeđ|proslijeđ|posredov|persiųst|persiunč|persiunt|pārsūt|edasta|birbidal|framsen|προώθ|προωθ|転送|转发|轉寄|轉發|전달|הועבר|מועבר|محول|محوّل|إعادة توجيه|معاد|ส่งต่อ|chuyển tiếp|terusan|अग्रेषित|بازارسال|هدایت|ymlaen';
const forwardedMessageTerms = `${messageTerms}|besked|brev|mejl|posta|email|лист|pranešim|vēstul|sõnum|mensaxe|mezua|skeyti|メール|消息|訊息|信件|메일|ข้อความ|thư|pesan|संदेश|msg|neges|پیام`;
/** `---------- Forwarded message ---------` in any language, and Notes' `----- Forwarded by Ana on … -----`. */
export const forwardedSeparator = new RegExp(
  `^[\\s*>]*(?:[-_=‐–—]{3,}(?=[^\\n]{0,80}(?:${forwardedTerms}))(?=[^\\n]{0,200}(?:${forwardedMessageTerms}|[-_=‐–—]{2}))|(?:begin forwarded message|forwarded message)(?!\\p{L}))`,
  'iu',
);
/** The same in words alone, as Apple Mail writes it; a separator only above a header field. */
export const forwardedHeading = new RegExp(
  `^(?=[\\s*>]*[^\\n]{1,80}[:：][\\s*]*$)(?=[^\\n]*(?:${forwardedTerms}))(?=[^\\n]*(?:${forwardedMessageTerms}))`,
  'iu',
);

/** Whether a line is a rule of dashes, underscores, equals signs or asterisks, perhaps marked as bold. */
export function isHorizontalRule(line: string): boolean {
  const isInterrupted = /^[\s*]*[-_=][-_=*]*\s[\s*]*[-_=]/.test(line);
  return /^[\s*_=-]+$/.test(line) && /[-_=*]{5}/.test(line) && !isInterrupted;
}

/** `>>> Ana <ana@far.example> 03.03.2026 16:05 >>>`: GroupWise does not mark what it quotes below. */
export const groupWiseSeparator = /^>>> ?[^\n]{1,200}\d[:.]\d\d[^\n]{0,20} ?>>>\s*$/;

/** The line by which help desks separate their text from the answer above it. */
export const replyAboveThisLine =
  /^[\s*>]*(?:[-#=_—–~]{1,40}\s*)?(?:please )?(?:(?:type|write|enter) your reply above this line|(?:type |write )?(?:your )?(?:reply|replies|respond|answer)s? (?:only )?above this line|bitte antworten sie (?:ober|über)|(?:bitte )?(?:antworten sie|schreiben sie ihre antwort) (?:ober|über)\p{L}* dieser (?:linie|zeile)|(?:merci de |veuillez )?(?:répond(?:re|ez)|écrivez votre réponse) au[- ]dessus de cette ligne|(?:por favor,? )?(?:responda|escriba su respuesta) (?:por )?(?:encima|arriba) de esta línea|(?:si prega di )?rispond(?:ere|i|ete) (?:al di )?sopra (?:di )?questa (?:riga|linea)|(?:por favor,? )?responda acima desta linha|(?:gelieve te )?(?:antwoorden|reageren|antwoord) boven deze (?:regel|lijn)|skriv (?:dit|ditt) svar over denne linje)/iu;

const programs = /iphone|ipad|android|galaxy|outlook|smartphone|xperia|huawei|mobil|mail|windows|blackberry/i;
/** The last line that phones and programs add. */
const sentFrom = [
  /^(sent (from|with|via|using|by)|gesendet (von|mit|aus)|envoyé (de|depuis|à partir|avec|via)|enviad[oa] (desde|do|da|de|a partir|pelo|con|com|via)|inviat[oa] (da|dal|con|tramite)|(verzonden|verstuurd) (vanaf|met|via|van)|skickat (från|med|via)|sendt (fra|med|via)|lähetetty |wysłan[eoay] (z|za pomocą|przez|przy)|(odesláno|odoslan[éo]) (z|ze|pomocí|pomocou)|отправлено (с|из|через|от)|надіслано (з|із)|изпратено от|trimis (de pe|din|de la)|στάλθηκε από|elküldve |dikirim dari|(được |đã )?gửi từ|נשלח מ|أُ?رسلت? من|تم ال[إا]رسال من|ارسال شده از|enviat (des de|del)|nosūtīts no|išsiųsta iš|послато са|ส่งจาก|poslano (s|z|sa) |saadetud |发自|發自|寄自|傳送自)/iu,
  /^(von meinem|diese nachricht wurde|iphone|ipad|galaxy|从我的|從我的|나의|내|मेरे).{1,60}(gesendet|gönderildi|küldve|送信|发送|發送|傳送|보냄|보냈습니다|भेजा गया)$/iu,
  /^(iphone|ipad)(から送信|에서 보냄)/iu,
  /^(get|obtenir|obtener|obtén|descargar|obter|baixe|baixar o|télécharger|scarica|ottieni|download|hent|hämta|skaffa|hanki|pobierz|stáhnout|получить|скачать|загрузить|获取|取得|下载) ?outlook /iu,
  /^outlook für (ios|android)( herunterladen| beziehen)?/iu,
];

const sentFromWithColon =
  /^(sent from yahoo mail: search, organize, conquer|provenance\s?: courrier pour windows( \d+)?)$/i;

/** Whether a line names a device or a mail program. */
export function namesProgram(line: string): boolean {
  return programs.test(line);
}

/** Whether a line is like "Sent from my iPhone". With a comma or a second sentence, a person wrote it. */
export function isSentFrom(line: string): boolean {
  const text = line
    .replace(/<?https?:\/\/\S+>?/g, '')
    .trim()
    .replace(/^[^\p{L}\p{N}]+/u, '');
  if (sentFromWithColon.test(text)) return true;
  if (text === '' || text.length > 80 || /[,;:?!]|\.\s/.test(text)) return false;
  if (/\.$/.test(text) && !programs.test(text) && text.length > 45) return false;
  return sentFrom.some((pattern) => pattern.test(text.replace(/\.$/, '')));
}
