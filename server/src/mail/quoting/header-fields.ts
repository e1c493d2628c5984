/** The header fields that mail programs write above what they quote or forward, in many languages. */

const names = {
  from: 'from|von|de|de la|da|van|från|fra|frá|avsändare|afsender|avsender|lähettäjä|od|от|от кого|від|від кого|отправитель|шаље|од|kimden|gönderen|feladó|expeditor(ul)?|από|αποστολέας|šalje|pošiljatelj|odesílatel|odosielateľ|nadawca|saatja|nuo|siuntėjas|no|sūtītājs|từ|người gửi|dari|daripada|pengirim|nork|nondik|remitente|remetente|expéditeur|mittente|absender|afzender|差出人|送信者|送信元|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람|보내는 사람|발신자|발신|จาก|ส่งจาก|מאת|من|از|प्रेषक|से',
  subject:
    'subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|efni|aihe|temat|předmět|predmet|тема|предмет|наслов|относно|konu|tárgy|subiect(ul)?|θέμα|teema|assumpte|tema|temats|tēma|naslov|zadeva|gaia|chủ đề|tiêu đề|subjek|perihal|件名|表題|主题|主旨|主題|标题|제목|เรื่อง|หัวเรื่อง|נושא|الموضوع|موضوع|विषय',
  date: 'sent|sent at|sent on|date|gesendet( am)?|datum|envoyé( le)?|enviado( el)?|enviada( em)?|enviat|fecha|data|inviato( il)?|verzonden( op)?|skickat|skickades|sendt|sent þann|dato|dagsetning|lähetetty|päivämäärä|päiväys|wysłano|data wysłania|odesláno|odoslané|dátum|дата|отправлено|надіслано|изпратено|послато|датум|tarih|gönderilme tarihi|gönderme tarihi|gönderildi|elküldve|küldve|küldés ideje|trimis(ă)?|data|στάλθηκε|αποστολή|ημερομηνία|εστάλη|poslano|poslato|saadetud|saatmisaeg|kuupäev|išsiųsta|data|nosūtīts|datums|đã gửi|ngày gửi|ngày|dikirim|dihantar|terkirim|tanggal|bidalia|日時|日付|送信日時|发送时间|發送時間|发送日期|日期|寄件日期|時間|时间|날짜|보낸 날짜|보낸날짜|보낸 시간|일시|วันที่|ส่ง|ส่งเมื่อ|נשלח|תאריך|تم الإرسال|تاريخ الإرسال|التاريخ|تاریخ|दिनांक|भेजा गया',
  to: 'to|an|à|para|a|aan|till|til|vastaanottaja|do|komu|кому|до|кому|kime|alıcı|címzett|către|catre|destinatar(ul)?|προς|prima|za|за|прима|adressaat|saaja|kam|kepada|ke|untuk|đến|tới|per a|nori|nora|destinatario|destinatário|destinataire|empfänger|宛先|收件人|收件者|받는 사람|받는사람|수신자|수신|ถึง|אל|إلى|به|प्रति|को',
  cc: 'cc|kopie|kopia|kopio|copie|copia|cópia|másolat|копия|копія|bilgi|抄送|副本|참조|עותק|نسخة',
  replyTo: 'reply-to|antwort an|répondre à|responder a|rispondi a|svar till|svar til|antwoord aan',
};

const field = (alternatives: string) =>
  new RegExp(`^[\\s*>|]*(?:${alternatives})\\s*(?:\\*\\s*)?[:：]`, 'iu');
const fieldInside = (alternatives: string) =>
  new RegExp(`[\\s>*](?:${alternatives})\\s?\\*?\\s?[:：](?=\\s|\\*)`, 'iu');

/** From, Subject, Date and To. */
const fields = [names.from, names.subject, names.date, names.to].map(field);
const fieldsInside = [names.from, names.subject, names.date, names.to].map(fieldInside);
const otherField = field(`${names.cc}|${names.replyTo}`);

/** The field that only mail programs name "Sent", unlike "Date". */
const sentField = field(
  names.date
    .split('|')
    .filter(
      (name) =>
        !/^(date|datum|data|dato|fecha|дата|датум|tarih|dátum|ngày|日期|日付|날짜|時間|时间|datums)$/.test(
          name,
        ),
    )
    .join('|'),
);
/** An address or a time of day: a program writes one of them, and a form that somebody fills in seldom has either. */
const addressOrTime = /\S@\S|\p{Nd}{1,2}[:.：時时]\p{Nd}{2}/u;
/** Any field of any language: a short name with a colon. */
const unknownField = /^[\s*>]*\p{L}[^:：@<>]{0,28}[:：]\s*\S/u;

/** Whether a text has the colon of a header field or an attribution: asked first, because most lines have none. */
export function hasColon(text: string): boolean {
  return text.includes(':') || text.includes('：');
}

/** Whether a line begins with one of the four fields. */
export function isHeaderField(line: string): boolean {
  return hasColon(line) && fields.some((pattern) => pattern.test(line));
}

const fieldNames = ['from', 'subject', 'date', 'to'] as const;

/** Only Lotus Notes names the fields so, in its table. */
const tableNames = { to: 'per|pour|an|kopie an', subject: 'thema|ærende|ärende' };
const namesAlone = {
  to: new Set(`${names.to}|${tableNames.to}`.split('|')),
  subject: new Set(`${names.subject}|${tableNames.subject}`.replaceAll('(ul)?', '').split('|')),
};

/** Whether a text is the name of a field without its colon. */
export function isFieldName(name: 'to' | 'subject', text: string): boolean {
  return text.length < 30 && namesAlone[name].has(text.toLowerCase());
}

/** The field that a line begins with, and the rest of the line, without the marks of bold text; null: none. */
export function readHeaderField(
  line: string,
): { name: (typeof fieldNames)[number] | 'other'; value: string } | null {
  const index = fields.findIndex((pattern) => pattern.test(line));
  const pattern = fields[index] ?? (otherField.test(line) ? otherField : null);
  if (!pattern) return null;
  const value = line.replace(pattern, '').replace(/^[\s*]+|(?<![\s*])[\s*]+$/g, '');
  return { name: fieldNames[index] ?? 'other', value };
}

const addressInBrackets = /[<[](?:mailto:)?[^\s<>[\]@]{1,64}@[^\s<>[\]@]{1,255}[>\]]/;
const year = /\p{Nd}{4}/u;
const timeOfDay = /\p{Nd}{1,2}[:.]\p{Nd}{2}/u;

/**
 * Whether a header block of four fields begins at a line, in a language that is not known here: From with a name and an
 * address, a date with its time, To with an address, and a last one, each on a line, with a blank line below.
 */
function beginsUnknownBlock(line: (offset: number) => string | null): boolean {
  const at = (offset: number) => line(offset) ?? '';
  const first = at(0);
  if (!hasColon(first) || !first.includes('@') || !addressInBrackets.test(first)) return false;
  let length = 1;
  while (length < maxFields && couldBeHeaderField(at(length))) length += 1;
  if (length < 4 || at(length).trim() !== '' || !couldBeHeaderField(first)) return false;
  const [second, third] = [at(1), at(2)];
  const isDate = (text: string) => year.test(text) && timeOfDay.test(text) && !text.includes('@');
  return (isDate(second) && third.includes('@')) || (isDate(third) && second.includes('@'));
}

/** Whether a line could be a header field in any language. */
export function couldBeHeaderField(line: string): boolean {
  return unknownField.test(line);
}

/** The most lines of a block that are examined, without blank lines and with them. */
const maxFields = 10;
const maxBlockLines = 20;

/**
 * Whether a header block begins at a line: From, Subject and one of Date and To together, as Outlook writes
 * them before what it quotes. `line` gives the text of a line by its offset, null after the last.
 */
export function beginsHeaderBlock(line: (offset: number) => string | null): boolean {
  const first = line(0) ?? '';
  if (!isHeaderField(first)) return beginsUnknownBlock(line);
  if (isBlockOnOneLine(first)) return true;
  const found = new Set<number>();
  let seen = 0;
  let values = 0;
  let sent = false;
  let isExact = false;
  for (let offset = 0; offset < maxBlockLines && seen < maxFields; offset += 1) {
    const text = line(offset);
    if (text === null) break;
    if (text.trim() === '') continue;
    seen += 1;
    sent ||= sentField.test(text);
    isExact ||= addressOrTime.test(text);
    const which = fields.flatMap((pattern, index) => (pattern.test(text) ? [index] : []));
    for (const each of which) found.add(each);
    if (which.length === 0 && !otherField.test(text)) values += 1;
    // A value may be on the line after its name, or wrapped; more other text is no header.
    if (values > 4) break;
  }
  // Without a subject, a field "Sent" is required, because forms may have fields From, To and Date.
  return found.has(0) && found.size >= 3 && (sent || (found.has(1) && isExact));
}

/** `From: Ana Sent: Monday To: Bob Subject: Lamp` on one line, as some programs turn HTML into text. */
function isBlockOnOneLine(line: string): boolean {
  if (!fields[0]!.test(line)) return false;
  return [1, 2, 3].filter((which) => fieldsInside[which]!.test(line)).length >= 2;
}
