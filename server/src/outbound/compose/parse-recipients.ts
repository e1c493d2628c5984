import type { NameAndAddress } from '../../database/column-types.ts';
import { checkRecipient, normalizeAddress, withoutDots } from '../../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../../problems.ts';

/** Gmail's limit of a message sent through the API: To, Cc and Bcc together (docs/gmail.md, section 4). */
export const maxRecipients = 500;

/**
 * Parses the recipients an author entered. Each person is kept once, in the first of To, Cc and Bcc that names
 * them. Throws a ProblemError if there is none, if one of them is not an address, or if there are too many.
 */
export function parseRecipients(entered: { to: string[]; cc: string[]; bcc: string[] }) {
  const seen = new Map<string, NameAndAddress>();
  const parseField = (field: string[]): NameAndAddress[] =>
    field.flatMap((text) => {
      const recipient = parseRecipient(text);
      const key = withoutDots(normalizeAddress(recipient.address));
      const known = seen.get(key);
      if (known) known.name ||= recipient.name;
      else seen.set(key, recipient);
      return known ? [] : [recipient];
    });
  const recipients = {
    to: parseField(entered.to),
    cc: parseField(entered.cc),
    bcc: parseField(entered.bcc),
    replyTo: [],
  };
  if (seen.size === 0) throw new ProblemError(noRecipient);
  if (seen.size > maxRecipients) {
    throw new ProblemError(
      createProblem(400, 'message-too-many-recipients', { count: seen.size, limit: maxRecipients }),
    );
  }
  return recipients;
}

function parseRecipient(text: string): NameAndAddress {
  const outcome = checkRecipient(text);
  if (outcome.kind === 'ok') return outcome.recipient;
  throw new ProblemError(
    createProblem(400, 'invalid-recipient', { address: text, reason: { code: outcome.reason } }),
  );
}

const noRecipient = createProblem(400, 'no-recipient');
