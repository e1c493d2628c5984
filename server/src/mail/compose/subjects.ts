/**
 * What mail programs put before the subject of an answer: Re and its translations, with a count as
 * some write it (`Re[2]:`, `RE (3):`). RFC 5322 §3.6.5 knows `Re: ` only.
 */
const replyPrefix =
  /^\s*(re|aw|antw|sv|vs|vá|ref|rif|ri|odp|r|ynt|atb|ответ|回复|回覆|답장|返信)\s*([[(]\d+[\])])?\s*[:：]\s*/iu;

/** A subject without the prefixes of answers, white space folded. */
export function baseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, ' ').trim();
  for (let found = replyPrefix.exec(base); found; found = replyPrefix.exec(base))
    base = base.slice(found[0].length);
  return base;
}

/** The subject of an answer: `Re: ` once, before the subject as it was. Gmail threads by it. */
export function replySubject(subject: string): string {
  const base = baseSubject(subject);
  return base ? `Re: ${base}` : 'Re:';
}

/** What mail programs put before the subject of a message they forward. */
const forwardPrefix = /^\s*(fwd?|wg|tr|rv|enc|doorst|vb|vs|fs|i|пересл|转发|轉寄|전달|転送)\s*[:：]\s*/iu;

/** The subject of a message forwarded: `Fwd: ` once, as Gmail writes it. */
export function forwardSubject(subject: string): string {
  const base = withoutPrefixes(subject);
  return base ? `Fwd: ${base}` : 'Fwd:';
}

/** What two subjects have in common that Gmail takes for one topic: without the prefixes of answers and forwards. */
export function subjectTopic(subject: string): string {
  return withoutPrefixes(subject).toLowerCase();
}

function withoutPrefixes(subject: string): string {
  let base = baseSubject(subject);
  for (let found = forwardPrefix.exec(base); found; found = forwardPrefix.exec(base))
    base = baseSubject(base.slice(found[0].length));
  return base;
}
