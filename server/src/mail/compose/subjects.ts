/**
 * Reply prefixes of mail programs: Re and its translations. RFC 5322 §3.6.5 has only `Re: `. `VS` is a reply in
 * Finnish and Estonian (vastaus), and a forward in Danish and Norwegian (videresendt).
 */
const replyPrefixes = [
  ...[
    're',
    'aw',
    'antw',
    'antwort',
    'sv',
    'svar',
    'vs',
    'vá',
    'válasz',
    'ref',
    'réf',
    'rép',
    'rif',
    'ri',
    'r',
  ],
  ...[
    'res',
    'resp',
    'odp',
    'odg',
    'ynt',
    'yan',
    'cvp',
    'atb',
    'ats',
    'bls',
    'απ',
    'σχετ',
    'ответ',
    'отв',
    'на',
  ],
  ...[
    'αντ',
    'απάντηση',
    'răsp',
    'відп',
    'отг',
    'одг',
    '回复',
    '回覆',
    '答复',
    '答覆',
    '답장',
    '회신',
    '返信',
  ],
  ...['תגובה', 'השב', 'رد', 'الرد', 'پاسخ', 'ตอบกลับ', 'trả lời'],
];
/** Forward prefixes of mail programs. */
const forwardPrefixes = [
  ...[
    'fw',
    'fwd',
    'wg',
    'tr',
    'rv',
    'enc',
    'doorst',
    'vb',
    'vl',
    'fs',
    'i',
    'pd',
    'ilt',
    'i̇lt',
    'ılt',
    'İlt',
  ],
  ...[
    'πρθ',
    'προώθ',
    'tovább',
    'továbbítás',
    'trs',
    'yml',
    'пересл',
    'пд',
    '转发',
    '轉寄',
    '轉發',
    '전달',
    '転送',
  ],
  ...['הועבר', 'إعادة توجيه', 'chuyển tiếp', 'ส่งต่อ'],
];

/** Marks of the direction of text, and others without width. */
const marks = '[\\u200b\\u200e\\u200f\\u061c\\ufeff]*';

/** Accented letters may be written as one character or as two (Unicode NFC and NFD). */
function prefix(names: string[]): RegExp {
  const forms = names.flatMap((name) => [name.normalize('NFC'), name.normalize('NFD')]).join('|');
  const count = '(?:[[(]\\d{1,4}[\\])])?';
  return new RegExp(`^${marks}\\s?(?:${forms})\\.?${marks}\\s?${count}\\s?[:：]\\s?${marks}`, 'iu');
}
/** With a count in some programs: `Re[2]:`, `RE (3):`. For text with collapsed white space. */
const replyPrefix = prefix(replyPrefixes);
const forwardPrefix = prefix([...forwardPrefixes, 'vs']);
const clearForwardPrefix = prefix(forwardPrefixes);
const vsPrefix = prefix(['vs']);

/** A subject without reply prefixes, white space collapsed. */
export function baseSubject(subject: string): string {
  let base = collapsed(subject);
  for (let found = replyPrefix.exec(base); found; found = replyPrefix.exec(base))
    base = base.slice(found[0].length);
  return base;
}

/**
 * The subject of a reply: a single `Re: ` and the subject of its thread, which Gmail requires to stay the same
 * (docs/gmail.md, section 4): that of the conversation, unless the answered message has another one.
 */
export function replySubject(subject: string, conversationSubject = ''): string {
  const answered = baseSubject(subject);
  const thread = baseSubject(conversationSubject);
  const base = thread && bareTopic(answered) === bareTopic(thread) ? thread : answered;
  return base ? `Re: ${base}` : 'Re:';
}

/** An unknown word with a colon is a prefix if a known one follows: `Ämne: Re: ` in an answer to `Re: `. */
const unknownPrefix = /^\p{L}[\p{L}\p{M}]{0,9}\s?[:：]\s?/u;

/** A topic without what gateways and unknown programs write before their prefixes either. For comparison. */
function bareTopic(subject: string): string {
  let topic = threadTopic(subject);
  for (let count = 0; count < 20; count += 1) {
    const [unknown = ''] = unknownPrefix.exec(topic) ?? [];
    const rest = topic.slice(unknown.length);
    const next = threadTopic(withoutGatewayTags(unknown && replyPrefix.test(rest) ? rest : topic));
    if (next === topic) break;
    topic = next;
  }
  return topic.toLowerCase();
}

/** The subject of a forwarded message: a single `Fwd: `, as Gmail writes it. */
export function forwardSubject(subject: string): string {
  const base = threadTopic(subject);
  return base ? `Fwd: ${base}` : 'Fwd:';
}

/** The part of a subject that Gmail certainly compares: without `Re:` and `Fwd:`, the prefixes it writes itself. */
export function subjectInGmail(subject: string): string {
  return collapsed(subject)
    .replace(/^(?:(?:re|fwd?)\s?:\s?)+/i, '')
    .toLowerCase();
}

/** A subject for comparison: without reply and forward prefixes of any language, in lower case. */
export function subjectTopic(subject: string): string {
  return threadTopic(subject).toLowerCase();
}

/** The subject of a reply to the author of a message that somebody forwarded: a single `Re: `, without `Fwd:`. */
export function replyToForwardedSubject(subject: string): string {
  return replySubject(threadTopic(subject));
}

/** Whether a message gives a conversation another subject: not only other prefixes or marks of gateways, and not none. */
export function isNewSubject(subject: string, conversationSubject: string): boolean {
  const topic = bareTopic(subject);
  return topic !== '' && topic !== bareTopic(conversationSubject);
}

/** What the first prefix of a subject says; `reply-or-forward` is the prefix VS. */
export type SubjectKind = 'reply' | 'forward' | 'reply-or-forward' | 'none';

/** The kind of a subject by its first prefix, behind what a mail gateway wrote before it. */
export function subjectKind(subject: string): SubjectKind {
  const text = withoutGatewayTags(subject);
  if (vsPrefix.test(text)) return 'reply-or-forward';
  if (clearForwardPrefix.test(text)) return 'forward';
  return replyPrefix.test(text) ? 'reply' : 'none';
}

/** `[EXTERNAL]`, `*** EXT ***`, `CAUTION:` … */
const gatewayWord =
  'ext|extern\\p{L}*|esterno|outside|внешн\\p{L}*|zewn\\p{L}*|外部|外部邮件|外部郵件|caution|warning|achtung|attention|vorsicht|suspicious|suspected|spam|bulk|junk|sus|unverified|untrusted|phish\\p{L}*|secure|encrypted';
const gatewayTag = new RegExp(
  `^(?:[[({<【]{1,2}[^\\])}>】:]{0,20}(?:${gatewayWord})(?!\\p{L})[^\\])}>】]{0,30}[\\])}>】]{1,2}|[*#_=-]{1,5} ?(?:${gatewayWord})(?!\\p{L})[^*#_=-]{0,20}[*#_=-]{1,5}|(?:${gatewayWord})(?!\\p{L})(?: (?:e-?mail|mail|sender|message))?)\\s?[:：|-]?\\s?`,
  'iu',
);
const undelimitedTag = new RegExp(
  `^(?:${gatewayWord})(?: (?:e-?mail|mail|sender|message))?(?:\\s?[:：|]| - )`,
  'iu',
);
/** A sign before the mark. */
const warningSign = /^(?:\p{Extended_Pictographic}\ufe0f?){1,3}\s?/u;

/** A subject without the marks of mail gateways at its start, white space collapsed. */
export function withoutGatewayTags(subject: string): string {
  let text = collapsed(subject);
  for (let count = 0; count < 3; count += 1) {
    const sign = warningSign.exec(text)?.[0] ?? '';
    const unsigned = text.slice(sign.length);
    const found = gatewayTag.exec(unsigned)?.[0];
    // A word without brackets needs a colon, or it is a word of the subject.
    if (!found || (/^[\p{L}]/u.test(found) && !undelimitedTag.test(unsigned))) break;
    text = unsigned.slice(found.length);
  }
  return text;
}

function collapsed(subject: string): string {
  return subject.replace(/\s+/g, ' ').trim();
}

/** A subject without reply and forward prefixes, as Outlook writes it to Thread-Topic. */
export function threadTopic(subject: string): string {
  let base = baseSubject(subject);
  for (let found = forwardPrefix.exec(base); found; found = forwardPrefix.exec(base))
    base = baseSubject(base.slice(found[0].length));
  return base;
}
