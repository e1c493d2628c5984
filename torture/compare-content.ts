import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import type { WrittenAnswer } from './answers.ts';
import type { Compared, Finding } from './compare-mail.ts';
import { type StoredContent, storedContents, storedCopies } from './database-rows.ts';
import type { LedgerEntry } from './simulated-google.ts';

const decompress = promisify(zstdDecompress);

/** What is compared, as text, so that differences can be printed. */
type Content = { recipients: string; subject: string; text: string; files: string };

/**
 * What is stored is what Gmail has, read by another MIME parser than Postroom's: the source, the recipients, the text and
 * the files.
 */
export async function compareStoredContent({ google, pool, desks, answers }: Compared): Promise<Finding[]> {
  const findings: Finding[] = [];
  const written = new Map(answers.map((answer) => [answer.id, answer]));
  const allCopies = await storedCopies(pool);
  const accountOf = new Map(
    desks.flatMap(({ mailboxes }) => [...mailboxes].map(([email, id]) => [id, email] as const)),
  );
  /** A message that several mailboxes received has the source of one of them. */
  const sourcesOf = (messageId: string) =>
    Promise.all(
      allCopies
        .filter((copy) => copy.messageId === messageId)
        .map((copy) => google.rawOf(accountOf.get(copy.mailboxId)!, copy.gmailId)),
    );
  for (const { mailboxes } of desks) {
    for (const [account, mailboxId] of mailboxes) {
      const present = new Set((await google.messagesOf(account)).map(({ id }) => id));
      const copies = allCopies.filter(
        (copy) => copy.mailboxId === mailboxId && copy.messageId && present.has(copy.gmailId),
      );
      for (const { gmailId, messageId } of copies) {
        const stored = await storedContents(pool, messageId!);
        const answer = written.get(messageId!);
        const raw = await google.rawOf(account, gmailId);
        const wrong = answer ? differences(storedContent(stored), meantContent(answer), 'is stored') : [];
        if (!answer) wrong.push(...(await compareReceived(raw, stored, () => sourcesOf(messageId!))));
        const ids = [gmailId, messageId!];
        findings.push(
          ...wrong.map(
            (what): Finding => ({ kind: 'changed', what: `${gmailId} of ${account} ${what}`, ids }),
          ),
        );
      }
    }
  }
  return findings;
}

async function compareReceived(
  raw: Buffer,
  stored: StoredContent,
  sources: () => Promise<Buffer[]>,
): Promise<string[]> {
  const source = stored.zstd && (await decompress(stored.zstd));
  const isSource = source && (source.equals(raw) || (await sources()).some((one) => one.equals(source)));
  const wrong = isSource ? [] : ['is stored with another source'];
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true });
  // Reports are not compared: parsers differ about which of their parts are files.
  if (mail.headers.has('x-failed-recipients') || /multipart\/report/.test(raw.toString('latin1', 0, 8_000))) {
    return stored.text.trim() ? wrong : [...wrong, 'is stored with the text “”'];
  }
  return [...wrong, ...differences(storedContent(stored), contentOf(mail, ['to', 'cc']), 'is stored')];
}

/** Whether a message that left is what the agent wrote, and in the thread that it answers. */
export async function compareSentContent(
  compared: Compared,
  answer: WrittenAnswer,
  { account, gmailId }: LedgerEntry,
): Promise<string[]> {
  const { google, pool, traffic } = compared;
  const raw = await google.rawOf(account!, gmailId!);
  const mail = await simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true });
  const wrong = differences(contentOf(mail, ['to', 'cc', 'bcc']), meantContent(answer), 'was sent');
  const html = flat(typeof mail.html === 'string' ? mail.html.replace(/<[^>]*>/g, ' ') : '').replaceAll(
    '&amp;',
    '&',
  );
  if (!answer.meant.paragraphs.every((text) => html.includes(flat(text))))
    wrong.push(`was sent with the text “${html.slice(0, 80)}” as HTML`);
  const { rows } = await pool.query(
    `select m.rfc_message_id as id, g.mailbox_id as "mailboxId", g.gmail_thread_id as "threadId", g.gmail_id as "gmailId"
     from message m left join gmail_message g on g.instance_id = m.instance_id and g.message_id = m.id
     where m.conversation_id = (select conversation_id from message where id = $1)`,
    [answer.id],
  );
  const isCitedHere = rows.some(({ id }) => id && id === mail.inReplyTo);
  if (!isCitedHere && !(await isCitedInGmail(compared, rows, mail)) && !(await isForgotten(compared, mail)))
    wrong.push(`was sent as a reply to ${mail.inReplyTo}`);
  const sentIn = rows.find((row) => row.gmailId === gmailId)?.threadId;
  const topic = rows
    .filter((row) => row.mailboxId === answer.mailboxId && row.gmailId !== gmailId && row.threadId !== sentIn)
    .map(({ threadId }) => traffic.topicOf(account!, threadId))
    .find((one) => one !== undefined);
  // In a thread that was deleted nothing can be sent, and one of another subject is not joined.
  if (topic && !topic.closed && sentIn && !traffic.topicOf(account!, sentIn))
    wrong.push(`was sent in the thread ${sentIn}, and its conversation has ${topic.threads.get(account!)}`);
  return wrong;
}

/**
 * Whether a Gmail message of the conversation is cited: a message of Postroom has the id that Gmail gave it only once that
 * was needed, which a restored copy may have forgotten.
 */
async function isCitedInGmail(
  { google, desks }: Compared,
  copies: Array<{ gmailId: string | null }>,
  { inReplyTo }: ParsedMail,
): Promise<boolean> {
  const gmailIds = new Set(copies.map(({ gmailId }) => gmailId));
  // It may have been sent from another mailbox.
  const accounts = desks.flatMap(({ mailboxes }) => [...mailboxes.keys()]);
  const inGmail = await Promise.all(accounts.map((each) => google.messagesOf(each)));
  return inGmail.flat().some(({ id, rfcMessageId }) => gmailIds.has(id) && rfcMessageId === inReplyTo);
}

/** Whether what is cited was received after the copy that was restored, and removed in Gmail before it was received again. */
async function isForgotten({ google, pool, traffic }: Compared, { inReplyTo }: ParsedMail): Promise<boolean> {
  const { rowCount } = await pool.query('select from message where rfc_message_id = $1', [inReplyTo]);
  return (
    rowCount === 0 &&
    (await google.ledger()).some(
      ({ account, gmailId, rfcMessageId }) =>
        rfcMessageId === inReplyTo && traffic.forgotten.has(`${account} ${gmailId}`),
    )
  );
}

function differences(found: Content, expected: Content, verb: string): string[] {
  return (Object.keys(expected) as Array<keyof Content>).flatMap((part) =>
    found[part] === expected[part]
      ? []
      : `${verb} with the ${part} “${found[part].slice(0, 200)}” and not “${expected[part].slice(0, 200)}”`,
  );
}

function meantContent({ meant }: WrittenAnswer): Content {
  const { to, cc, bcc, subject, paragraphs, files } = meant;
  return {
    recipients: describeRecipients({ to, cc, bcc }),
    subject,
    text: flat(paragraphs.join(' ')),
    files: describeFiles(files.map(({ filename, bytes }) => ({ filename, sha256: sha256(bytes) }))),
  };
}

function contentOf(mail: ParsedMail, fields: Array<'to' | 'cc' | 'bcc'>): Content {
  return {
    recipients: describeRecipients(
      Object.fromEntries(fields.map((field) => [field, addressesOf(mail[field])])),
    ),
    subject: mail.subject ?? '',
    text: flat(mail.text ?? ''),
    files: describeFiles(
      mail.attachments.map(({ filename, content }) => ({
        filename: filename ?? '',
        sha256: sha256(content),
      })),
    ),
  };
}

function storedContent({ recipients, subject, text, files }: StoredContent): Content {
  const fields = Object.entries(recipients).filter(([name]) => name !== 'replyTo');
  return {
    recipients: describeRecipients(
      Object.fromEntries(fields.map(([name, list]) => [name, list.map(({ address }) => address)])),
    ),
    subject,
    text: flat(text),
    files: describeFiles(files),
  };
}

const addressesOf = (field: AddressObject | AddressObject[] | undefined) =>
  [field ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));

const describeRecipients = (fields: Record<string, string[]>) =>
  Object.entries(fields)
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => `${name}: ${list.map((address) => address.toLowerCase()).join(', ')}`)
    .toSorted()
    .join('; ');

const describeFiles = (files: Array<{ filename: string; sha256: string }>) =>
  files
    .map(({ filename, sha256: hash }) => `${filename} ${hash.slice(0, 12)}`)
    .toSorted()
    .join(', ');

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
