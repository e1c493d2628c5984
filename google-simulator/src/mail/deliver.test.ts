import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForTest } from '../testing.ts';
import type { Authentication } from './authentication-results.ts';
import { deliver } from './deliver.ts';
import { headerOf, readHeaders } from './headers.ts';
import { rawOf } from './messages.ts';
import { send } from './send.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const support = 'support@acme.example';
const ana = 'ana.silva@mail.example';

/** Delivers a message from Ana to support@ and returns it as it is stored. */
function delivered(lines: string[], options: { sender?: string; authentication?: Authentication } = {}) {
  const [copy] = deliver(google.simulator, {
    sender: options.sender ?? ana,
    recipients: [support],
    raw: Buffer.from([...lines, '', 'Hello'].join('\r\n')),
    authentication: options.authentication,
  });
  return rawOf(google.simulator, copy!.account, copy!.id);
}
const resultsOf = (raw: Buffer) => headerOf(readHeaders(raw).headers, 'Authentication-Results');

test('every received message says on top that its sender was verified', () => {
  const lines = [
    `From: Ana <${ana}>`,
    `To: ${support}`,
    'Subject: Lamp',
    'Date: x',
    'Message-ID: <lamp@mail.example>',
  ];
  const raw = delivered(lines);
  expect(resultsOf(raw)).toMatch(
    /^mx\.google\.com; +dkim=pass header\.i=@mail\.example \S+ \S+; +spf=pass \(.*\) smtp\.mailfrom=ana\.silva@mail\.example; +dmarc=pass \(p=NONE sp=NONE dis=NONE\) header\.from=mail\.example$/,
  );
  // What was delivered follows unchanged.
  expect(raw.toString()).toMatch(new RegExp(`${lines.join('\r\n')}\r\n\r\nHello$`));
});

test('a test says what failed and who signed; Gmail omits a missing signature and a missing policy', () => {
  const lines = ['From: service@bank.example', 'Subject: Your account'];
  const forged = { dkim: 'pass', signedBy: 'bulk.example', spf: 'softfail', dmarc: 'fail' } as const;
  expect(resultsOf(delivered(lines, { authentication: forged }))).toMatch(
    /dkim=pass header\.i=@bulk\.example .*spf=softfail \(google\.com: domain of ana\.silva@mail\.example does not designate .*dmarc=fail .*header\.from=bank\.example$/,
  );
  const nothing = { dkim: 'none', spf: 'none', dmarc: 'none' } as const;
  expect(resultsOf(delivered(lines, { authentication: nothing }))).toMatch(
    /^mx\.google\.com; +spf=none [^;]*$/,
  );
});

test('without an envelope sender SPF is about the server', () => {
  const raw = delivered(['From: mailer-daemon@mail.example', 'Auto-Submitted: auto-replied'], { sender: '' });
  expect(resultsOf(raw)).toMatch(/spf=pass \(.*\) smtp\.helo=mail\.example/);
});

test("a field of that name in the message stays below Gmail's", () => {
  const forged = 'Authentication-Results: mx.google.com; dmarc=pass header.from=bank.example';
  const lines = [forged, 'From: service@bank.example', 'Subject: Forged'];
  const raw = delivered(lines, { authentication: { dkim: 'none', spf: 'fail', dmarc: 'fail' } });
  const fields = readHeaders(raw).headers.filter(({ name }) => name === 'Authentication-Results');
  expect(fields.map(({ value }) => /dmarc=\w+/.exec(value)?.[0])).toEqual(['dmarc=fail', 'dmarc=pass']);
});

test('a bounce is verified as well; the copy in Sent has no result', () => {
  const raw = Buffer.from(`From: ${support}\r\nTo: nobody@mail.example\r\nSubject: Lost\r\n\r\nHello`);
  const sent = send(google.simulator, support, { raw });
  if (sent.kind !== 'sent') throw new Error(sent.kind);
  expect(headerOf(sent.message.headers, 'Authentication-Results')).toBe('');
  const bounce = google.simulator.store.get<{ raw: Uint8Array }>(
    'SELECT raw FROM messages WHERE account = ? ORDER BY number DESC LIMIT 1',
    support,
  )!;
  expect(resultsOf(Buffer.from(bounce.raw))).toContain(
    'dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=googlemail.com',
  );
});

describe('Message-ID and Date', () => {
  const fields = (raw: Buffer, name: string) =>
    readHeaders(raw).headers.flatMap((header) => (header.name === name ? [header.value] : []));

  test('are added below the results if they are missing, the same for every recipient', () => {
    const raw = Buffer.from(`From: ${ana}\r\nSubject: Bare\r\n\r\nHello`);
    const recipients = [support, 'sales@acme.example'];
    const copies = deliver(google.simulator, { sender: ana, recipients, raw }).map(({ account, id }) =>
      rawOf(google.simulator, account, id),
    );
    const [id] = fields(copies[0]!, 'Message-ID');
    expect(id).toMatch(
      /^<[\da-f]{8}\.1c69fb81\.[\da-f]{5}\.[\da-f]{4}SMTPIN_ADDED_MISSING@mx\.google\.com>$/,
    );
    expect(fields(copies[1]!, 'Message-ID')).toEqual([id]);
    expect(copies[0]!.toString()).toMatch(/dmarc=\S+ [^\r]*\r\nDate: [^\r]*\r\nMessage-ID: [^\r]*\r\nFrom:/);
  });

  test('an id without angle brackets is replaced, and kept in another field', () => {
    const raw = delivered([`From: ${ana}`, 'Message-ID: 17.form@shop.example']);
    expect(fields(raw, 'Message-ID')).toEqual([
      expect.stringContaining('SMTPIN_ADDED_BROKEN@mx.google.com>'),
    ]);
    expect(fields(raw, 'X-Google-Original-Message-ID')).toEqual(['17.form@shop.example']);
  });

  test('are left alone if they are there', () => {
    const raw = delivered([`From: ${ana}`, 'message-id: <a@shop.example>', 'DATE: yesterday']);
    expect(raw.toString()).toMatch(/message-id: <a@shop\.example>\r\nDATE: yesterday\r\n\r\n/);
    expect(fields(raw, 'Message-ID')).toEqual([]);
    expect(fields(raw, 'Date')).toEqual([]);
  });
});
