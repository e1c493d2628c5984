import { Parser } from 'htmlparser2';

const cidUrl = /\bcid:([^\s"'()<>]+)/gi;

/** Without it no attribute is a `cid:` URL, in whatever way its characters are written. */
const mayHaveCid = /cid[:&]|&#/i;

/** A Content-ID without characters that a msg-id cannot have (RFC 2392, RFC 5322 §3.6.4), shortened. */
export function cleanContentId(contentId: string): string {
  return contentId.replace(/[^\w.@!#$&'*+/=?^`{|}~-]/g, '').slice(0, 200);
}

/**
 * Finds the pictures of HTML that are parts of the message (`cid:`, RFC 2392). `shown` are the ids, in clean form,
 * that an element refers to; `html` is without each `img` whose part is not among `contentIds` (also in clean form),
 * because a mail client shows it as a broken picture.
 */
export function resolvePictures(
  html: string,
  contentIds: ReadonlySet<string>,
): { html: string; shown: Set<string> } {
  const shown = new Set<string>();
  if (!mayHaveCid.test(html)) return { html, shown };
  const kept: string[] = [];
  let from = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      for (const value of Object.values(attributes)) {
        for (const [, id] of value.matchAll(cidUrl)) {
          const contentId = cleanContentId(decoded(id!));
          if (contentIds.has(contentId)) shown.add(contentId);
          else if (name === 'img' && /^\s*cid:/i.test(attributes.src ?? '') && value === attributes.src) {
            kept.push(html.slice(from, parser.startIndex));
            from = parser.endIndex + 1;
          }
        }
      }
    },
  });
  parser.end(html);
  return { html: kept.join('') + html.slice(from), shown };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** HTML whose references to parts of its message (`cid:`) are replaced by their content, as `data:` URLs (RFC 2397). */
export function withPicturesAsData(
  html: string,
  parts: Array<{ contentId: string | null; mediaType: string; bytes: Uint8Array }>,
): string {
  const urls = new Map(
    parts.flatMap(({ contentId, mediaType, bytes }) =>
      contentId ? [[contentId, `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`]] : [],
    ),
  );
  return html.replace(cidUrl, (all, id: string) => urls.get(cleanContentId(decoded(id))) ?? all);
}
