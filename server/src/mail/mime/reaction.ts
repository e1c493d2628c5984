import type { Attachment } from './attachment.ts';

const reactionType = 'text/vnd.google.email-reaction+json';
/** Gmail writes the emoji and "… reacted via Gmail" for other programs. Longer text is a message of its own. */
const maxTextLength = 300;

/**
 * The emoji of a reaction to an earlier message; null for all other mail, also if it has text or files of its own
 * beside a reaction. `texts`: the plain text body, and the text of the
 * HTML body.
 * Source: https://developers.google.com/workspace/gmail/reactions/format
 */
export function readReaction(
  { attachments, inReplyTo }: { attachments: Attachment[]; inReplyTo: string | null },
  texts: string[],
): string | null {
  const [part, ...others] = attachments;
  const isReaction =
    part?.mediaType === reactionType && part.disposition !== 'attachment' && others.length === 0;
  const isShort = texts.every((text) => text.trim().length <= maxTextLength);
  if (!isReaction || !inReplyTo || !isShort) return null;
  try {
    const { emoji, version } = JSON.parse(Buffer.from(part.bytes).toString('utf8')) as Record<
      string,
      unknown
    >;
    return version === 1 && typeof emoji === 'string' && isOneEmoji(emoji) ? emoji : null;
  } catch {
    return null;
  }
}

/** One emoji as people see it may be several code points (Unicode Technical Standard 51). */
function isOneEmoji(text: string): boolean {
  return /^\p{RGI_Emoji}$/v.test(text) || /^\p{Extended_Pictographic}\ufe0f?$/u.test(text);
}
