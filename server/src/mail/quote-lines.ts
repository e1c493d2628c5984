/** One line of a message; `quoted` where its form says so: a ">" before it, a quotation in HTML. */
export type Line = { text: string; quoted: boolean };
export type LineKind = 'own' | 'quoted' | 'signature';

/** Longer lines are judged by their beginning: no attribution or header is that long. */
const judged = 400;

const wrote =
  /(wrote|writes|schrieb( am .*)?|a écrit|escribió|escreveu|ha scritto|schreef( .*)?|skrev( .*)?|kirjoitti|napisał\(?a?\)?|napsal\(?a?\)?|написал\(?а?\)?|пише(т)?|yazdı|写道|寫道|のメール|님이 작성)\s*[:：]\s*$/i;
const attributionStart =
  /^\s*(?:-{2,5}\s*)?(on|am|le|el|il|em|op|den|på|dnia|w dniu|dne|в|\d{1,4}[./-]\d{1,2}|\d{1,2} \w+ \d{4}|(mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*[ ,.]|\d{4}年|"?[\w. -]{1,60}"? ?<[^>]+@)/i;
/** Where only the date and the sender tell: `26.06.2014, 14:41, "Ana" <a@x.com>:` */
const bareAttribution = /^\s*.{0,40}\d{4}.{0,40}\d{1,2}:\d{2}.*@[^:]*>?\s*[:：]\s*$/;
const originalMessage =
  /^[\s*>]*[-_]{2,}\s*(original message|original appointment|reply message|ursprüngliche nachricht|message d['’ ]origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|пересылаемое|原始邮件|原始郵件|元のメッセージ|원본 메시지)/i;
const forwarded =
  /^[\s*>]*([-_]{2,}\s*)?(forwarded message|begin forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|пересланное сообщение|anfang der weitergeleiteten)/i;
const field = (names: string) => new RegExp(`^[\\s*>]*(${names})\\s*\\*?\\s*[:：]`, 'i');
const headerFields = [
  field('from|von|de|da|van|från|fra|lähettäjä|od|от|от кого|gönderen|差出人|发件人|寄件者|보낸 사람'),
  field(
    'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|тема|konu|件名|主题|主旨|제목',
  ),
  field(
    'sent|date|gesendet|datum|envoyé|enviado( el)?|fecha|data|inviato|verzonden|skickat|sendt|lähetetty|wysłano|odesláno|дата|отправлено|tarih|日時|送信日時|发送时间|日期|날짜',
  ),
  field('to|an|à|para|a|aan|till|til|vastaanottaja|do|komu|кому|kime|宛先|收件人|받는 사람'),
];
const sentField = field(
  'sent|gesendet|envoyé|enviado( el)?|inviato|verzonden|skickat|sendt|lähetetty|wysłano|odesláno|отправлено|送信日時|发送时间',
);
const rule = /^[\s*]*[-_=*]{5,}[\s*]*$/;
const signatureDelimiter = /^-- ?$/;
const sentFrom =
  /^\W*(sent (from|with|via|using|by)|get outlook for|gesendet (von|mit)|von meinem|envoyé (de|depuis|à partir)|enviado (desde|do|de|a partir)|inviato (da|dal)|verzonden (vanaf|met|via)|skickat från|sendt fra|lähetetty|wysłane z|отправлено (с|из)|iphone(から|发送)|发自)\b.{0,60}[^.,;:?!]$/i;
const longestSignature = 12;

/**
 * Says of every line what it is. Answers between quotations keep the whole message: without the
 * questions they say nothing. So does a message that would be empty, and what follows "forwarded".
 */
export function judgeLines(lines: Line[]): LineKind[] {
  const kinds: LineKind[] = lines.map(({ quoted }) => (quoted ? 'quoted' : 'own'));
  const text = (index: number) => lines[index]?.text.slice(0, judged) ?? '';
  const end = lines.findIndex((_, index) => forwarded.test(text(index)));
  const limit = end < 0 ? lines.length : end;
  kinds.fill('own', limit);
  let cut = limit;
  const following = nextWords(lines);
  const lastQuoted = kinds.lastIndexOf('quoted');
  for (let index = 0; index < limit; index += 1) {
    if (kinds[index] === 'quoted' || text(index).trim() === '') continue;
    if (originalMessage.test(text(index)) || isHeaderBlock(lines, index)) {
      cut = index;
      while (cut > 0 && (text(cut - 1).trim() === '' || rule.test(text(cut - 1)))) cut -= 1;
      break;
    }
    const length = attributionAt(lines, index);
    if (length === 0) continue;
    const next = following[index + length] ?? lines.length;
    if (next < limit && kinds[next] === 'quoted') {
      kinds.fill('quoted', index, next);
      index = next;
    } else if (index > lastQuoted && /@|\d{1,2}[:.]\d{2}/.test(joined(lines, index, length))) {
      // Some programs quote without any mark.
      cut = index;
      break;
    }
  }
  kinds.fill('quoted', cut, limit);
  findSignature(lines, kinds);
  const hasOwn = kinds.some((kind, index) => kind === 'own' && text(index).trim() !== '');
  if (!hasOwn || answersBetween(lines, kinds)) return kinds.fill('own');
  return kinds;
}

/** How many lines, up to four, are together an attribution ("On …, Ana wrote:"); 0 for none. */
function attributionAt(lines: Line[], index: number): number {
  const first = lines[index]!.text.slice(0, judged);
  if (bareAttribution.test(first)) return 1;
  if (!attributionStart.test(first)) return 0;
  for (let length = 1; length <= 4; length += 1) {
    const last = lines[index + length - 1];
    if (!last || last.text.trim() === '' || (last.quoted && length > 1)) return 0;
    const all = joined(lines, index, length);
    if (wrote.test(all) && /\d/.test(all)) return length;
    if (all.length > judged) return 0;
  }
  return 0;
}

function joined(lines: Line[], from: number, length: number): string {
  return lines
    .slice(from, from + length)
    .map(({ text }) => text.slice(0, judged).trim())
    .join(' ');
}

/** For every line, the place of the first one from there on that is not blank. */
function nextWords(lines: Line[]): number[] {
  const places: number[] = new Array(lines.length);
  let next = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (lines[index]!.quoted || lines[index]!.text.trim() !== '') next = index;
    places[index] = next;
  }
  return places;
}

/** From, Subject and one of Date and To together, as Outlook puts them before what it quotes. */
function isHeaderBlock(lines: Line[], index: number): boolean {
  if (!headerFields.some((pattern) => pattern.test(lines[index]!.text.slice(0, judged)))) return false;
  const found = new Set<number>();
  let seen = 0;
  let sent = false;
  for (let at = index; at < lines.length && at < index + 14 && seen < 8; at += 1) {
    const line = lines[at]!.text.slice(0, judged);
    if (line.trim() === '') continue;
    seen += 1;
    sent ||= sentField.test(line);
    for (const [which, pattern] of headerFields.entries()) if (pattern.test(line)) found.add(which);
  }
  // Without a subject, only a word for "sent" tells it from a form that names a place, a goal and a date.
  return found.has(0) && found.size >= 3 && (found.has(1) || sent);
}

/** Marks the signature that ends the own words: after "-- " (RFC 3676 §4.3), "Sent from my …", a list's footer. */
function findSignature(lines: Line[], kinds: LineKind[]): void {
  const own = kinds.flatMap((kind, index) =>
    kind === 'own' && lines[index]!.text.trim() !== '' ? [index] : [],
  );
  const last = own.at(-1);
  if (last === undefined) return;
  const near = own.slice(-longestSignature);
  const start =
    near.find((index) => signatureDelimiter.test(lines[index]!.text)) ??
    near.find((index) => /^_{20,}\s*$/.test(lines[index]!.text) && index !== last) ??
    (sentFrom.test(lines[last]!.text.slice(0, judged).trim()) ? last : undefined);
  if (start === undefined) return;
  for (let index = start; index < lines.length; index += 1)
    if (kinds[index] === 'own') kinds[index] = 'signature';
}

/** Own words stand between two quotations. */
function answersBetween(lines: Line[], kinds: LineKind[]): boolean {
  const words = (index: number) => lines[index]!.text.trim() !== '';
  const first = kinds.indexOf('quoted');
  const last = kinds.lastIndexOf('quoted');
  return kinds.some(
    (kind, index) => kind === 'own' && index > first && index < last && first >= 0 && words(index),
  );
}
