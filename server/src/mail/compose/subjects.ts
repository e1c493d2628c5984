/**
 * Reply prefixes of mail programs: Re and its translations, some with a count (`Re[2]:`, `RE (3):`).
 * RFC 5322 §3.6.5 has only `Re: `.
 */
const replyPrefix =
  /^\s*(re|aw|antw|sv|vs|vá|ref|rif|ri|odp|r|ynt|atb|ответ|回复|回覆|답장|返信)\s*([[(]\d+[\])])?\s*[:：]\s*/iu;

/** A subject without reply prefixes, white space collapsed. */
export function baseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, ' ').trim();
  for (let found = replyPrefix.exec(base); found; found = replyPrefix.exec(base))
    base = base.slice(found[0].length);
  return base;
}

/** The subject of a reply: a single `Re: ` and the base subject. Gmail requires equal subjects in a thread (docs/gmail.md, section 4). */
export function replySubject(subject: string): string {
  const base = baseSubject(subject);
  return base ? `Re: ${base}` : 'Re:';
}

/** Forward prefixes of mail programs. */
const forwardPrefix = /^\s*(fwd?|wg|tr|rv|enc|doorst|vb|vs|fs|i|пересл|转发|轉寄|전달|転送)\s*[:：]\s*/iu;

/** The subject of a forwarded message: a single `Fwd: `, as Gmail writes it. */
export function forwardSubject(subject: string): string {
  const base = withoutPrefixes(subject);
  return base ? `Fwd: ${base}` : 'Fwd:';
}

/** The part of a subject that Gmail compares for threading: without reply and forward prefixes, in lower case. */
export function subjectTopic(subject: string): string {
  return withoutPrefixes(subject).toLowerCase();
}

/** Whether a message gives a conversation another subject: not only other prefixes, and not none. */
export function isNewSubject(subject: string, conversationSubject: string): boolean {
  const topic = subjectTopic(subject);
  return topic !== '' && topic !== subjectTopic(conversationSubject);
}

function withoutPrefixes(subject: string): string {
  let base = baseSubject(subject);
  for (let found = forwardPrefix.exec(base); found; found = forwardPrefix.exec(base))
    base = baseSubject(base.slice(found[0].length));
  return base;
}
