import PostalMime from 'postal-mime';
import { expect } from 'vitest';
import { parseMime } from '../server/src/mail/mime/parse-mime.ts';
import { type BounceReason, statusFor } from '../server/src/mail/reports/bounce-reasons.ts';
import { classify } from '../server/src/mail/reports/classify.ts';
import { corpus, corpusJson, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

type Fact = { status: string; replyCode: string; reason: string; hard: boolean };
/** The systems whose reports a Gmail mailbox receives: every one must be recognized. */
const required = /^(lhost-gsuite|lhost-gmail|rhost-google|lhost-googlegroups|rfc3464)-/;
/** The reference's own number for a report without a status: compared by the status of its reason. */
const unstated = /\.0\.9\d\d$/;

/** The reference's reasons as Postroom's; some are one reason here, because the reports' texts do not differ. */
const reasons: Record<string, BounceReason> = {
  userunknown: 'no-such-address',
  filtered: 'no-such-address',
  hostunknown: 'no-such-domain',
  hasmoved: 'moved',
  notaccept: 'takes-no-mail',
  mailboxfull: 'mailbox-full',
  suspend: 'switched-off',
  mesgtoobig: 'too-large',
  exceedlimit: 'too-large',
  toomanyconn: 'too-many',
  speeding: 'too-many',
  spamdetected: 'spam',
  virusdetected: 'virus',
  authfailure: 'not-authenticated',
  requireptr: 'no-host-name',
  blocked: 'blocked',
  badreputation: 'blocked',
  policyviolation: 'policy',
  securityerror: 'policy',
  norelaying: 'policy',
  rejected: 'refused',
  contenterror: 'malformed',
  notcompliantrfc: 'malformed',
  syntaxerror: 'malformed',
  expired: 'not-in-time',
  networkerror: 'unreachable',
  systemerror: 'their-system',
  mailererror: 'their-system',
};

async function classifyBytes(raw: Buffer) {
  const mail = await parseMime(raw);
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  return classify(mail);
}

testWithCorpora('292 of 295 real delivery reports are recognized', async ({ task }) => {
  const { names, read } = corpus('bounces');
  const facts = corpusJson('bounces.expected.json') as Record<string, Fact[]>;
  const missed: string[] = [];
  const naive = { known: 0, recipient: 0, status: 0 };
  const count = {
    bounces: 0,
    recipient: 0,
    everyRecipient: 0,
    statusStated: 0,
    status: 0,
    replyCode: 0,
    reason: 0,
    hard: 0,
  };
  for (const name of names) {
    const expected = facts[name]!;
    const kind = { feedback: 'complaint', vacation: 'auto-reply' }[expected[0]!.reason] ?? 'bounce';
    const found = await classifyBytes(read(name));
    if (found.kind !== kind) missed.push(name);
    if (kind !== 'bounce') continue;
    count.bounces += 1;
    const simple = await readNaively(read(name));
    if (simple) naive.known += 1;
    if (simple?.recipient) naive.recipient += 1;
    if (simple && expected.some(({ status }) => status === simple.status)) naive.status += 1;
    const first = found.kind === 'bounce' ? found.recipients[0] : undefined;
    if (!first) continue;
    const some = (right: (fact: Fact) => boolean) => (expected.some(right) ? 1 : 0);
    const ofReason = ({ status, reason }: Fact) => statusFor(status[0]!, reasons[reason] ?? 'unknown');
    count.recipient += 1;
    count.everyRecipient += found.kind === 'bounce' && found.recipients.length === expected.length ? 1 : 0;
    count.statusStated += some(({ status }) => status === first.status);
    count.status += some(
      (fact) => (unstated.test(fact.status) ? ofReason(fact) : fact.status) === first.status,
    );
    count.replyCode += some(({ replyCode }) => replyCode === (first.replyCode ?? ''));
    count.reason += some(({ reason }) => (reasons[reason] ?? 'unknown') === first.reason);
    count.hard += some(({ hard }) => hard === first.hard);
  }
  expect(names).toHaveLength(295);
  expect(missed.filter((name) => required.test(name))).toEqual([]);
  expect(missed).toEqual([
    'lhost-amazonses-10.eml', // A notification of Amazon SNS: JSON, not a delivery report.
    'lhost-amazonses-12.eml', // The same, for a delivered message.
    'lhost-fml-02.eml', // A rejection by a mailing list, with the list's header fields.
  ]);
  // 217 of the reports state a status, 204 a reply code.
  expect(count).toEqual({
    bounces: 283,
    recipient: 280,
    everyRecipient: 280,
    statusStated: 213,
    status: 270,
    replyCode: 271,
    reason: 252,
    hard: 249,
  });
  const figure = (what: string, postroom: number, others: number | null) =>
    record(task, {
      what: `Bounces: ${what}`,
      of: count.bounces,
      postroom,
      others: others === null ? [] : [{ name: '20 lines on postal-mime', count: others }],
    });
  const missedBounces = missed.filter((name) => !['feedback', 'vacation'].includes(facts[name]![0]!.reason));
  figure('recognised', count.bounces - missedBounces.length, naive.known);
  figure('a recipient found', count.recipient, naive.recipient);
  figure('as many recipients as the reference', count.everyRecipient, null);
  figure('the status of the reference', count.statusStated, naive.status);
  figure('the same, or the status of its reason', count.status, null);
  figure('the reason', count.reason, null);
  figure('permanent or not', count.hard, null);
});

testWithCorpora('no report is seen in ordinary mail', async ({ task }) => {
  const folders = ['mime', 'mime-tree', 'quotes/standard_replies', 'quotes'];
  const seen: string[] = [];
  const count = { messages: 0, naive: 0 };
  for (const { names, read } of folders.map(corpus)) {
    for (const name of names.filter((file) => /\.(eml|msg)$/.test(file))) {
      const { kind } = await classifyBytes(read(name));
      count.messages += 1;
      if (await readNaively(read(name))) count.naive += 1;
      if (kind !== 'ordinary' && kind !== 'list') seen.push(name);
    }
  }
  // "Mail System Error - Returned Mail" from a Mail Administrator: it is one.
  expect(seen).toEqual(['badbound.msg']);
  record(task, {
    what: 'Ordinary mail: taken for a report',
    of: count.messages,
    postroom: seen.length,
    others: [{ name: '20 lines on postal-mime', count: count.naive }],
    fewerIsBetter: true,
  });
});

/** What anybody would write in 20 lines: the measure of what the rest of our reader adds. */
async function readNaively(raw: Buffer): Promise<{ recipient: string; status: string } | null> {
  const mail = await PostalMime.parse(raw, { rfc822Attachments: true, forceRfc822Attachments: true });
  const header = (key: string) => mail.headers.find((each) => each.key === key)?.value ?? '';
  const from = mail.from?.address ?? '';
  const bounced =
    /report-type="?delivery-status/i.test(header('content-type')) ||
    /^(mailer-daemon|postmaster)@/i.test(from) ||
    /undeliver|delivery|failure|returned mail/i.test(mail.subject ?? '');
  if (!bounced) return null;
  const report = mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  const fields = report ? Buffer.from(report.content as ArrayBuffer).toString() : (mail.text ?? '');
  const recipient =
    /^Final-Recipient:\s*rfc822;\s*(\S+)/im.exec(fields)?.[1] ?? header('x-failed-recipients');
  const status = /^Status:\s*(\d\.\d+\.\d+)/im.exec(fields)?.[1] ?? /\b[45]\.\d+\.\d+\b/.exec(fields)?.[0];
  return { recipient, status: status ?? '' };
}
