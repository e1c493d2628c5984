import { expect, test } from 'vitest';
import { recognizeOwn } from '../../mailboxes/own-addresses.ts';
import { parseMessage } from '../parse/parse-message.ts';
import { identifySender } from './identify-sender.ts';

const own = {
  ...recognizeOwn(['support@acme.example', 'help@acme.example', 'team@lists.example']),
  domains: new Set(['acme.example']),
};

/** A message of a web form, with these fields added or replaced. */
const form = {
  From: 'Acme Shop <noreply@shop.example>',
  To: 'support@acme.example',
  'Reply-To': 'Kim Roe <kim@client.example>',
};
const verdict = (result: string) =>
  `mx.google.com; spf=${result} smtp.mailfrom=x@y.example; dmarc=${result} (p=NONE dis=NONE) header.from=shop.example`;
const verified = { 'Authentication-Results': verdict('pass') };

async function identify(fields: Record<string, string | string[]>, labels = ['INBOX']) {
  const head = Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  const raw = Buffer.from(`${head.join('')}\r\nHello\r\n`);
  const parsed = await parseMessage(raw);
  const fetched = { gmailId: 'g', gmailThreadId: 't', labels, internalDate: new Date(), size: raw.length };
  return identifySender({ fetched, parsed, zstd: raw }, own).parsed;
}

/** Name and address of the writer, the addresses answered, and those that Reply-To names in vain. */
type Expected = [writer: string, answered: string[], ignored?: string[]];
const kim: Expected = ['Kim Roe <kim@client.example>', ['kim@client.example']];
const shop: Expected = ['Acme Shop <noreply@shop.example>', ['noreply@shop.example'], ['kim@client.example']];
const group = {
  From: "'Gus Goe' via Team <team@acme.example>",
  'Reply-To': 'team@acme.example',
  'X-Original-Sender': 'gus@far.example',
  'X-Google-Group-Id': '104577293377',
  'Mailing-list': 'list team@acme.example; contact team+owners@acme.example',
  'List-ID': '<team.acme.example>',
};
const gus: Expected = ['Gus Goe <gus@far.example>', ['gus@far.example']];

test.each<[name: string, fields: Record<string, string | string[]>, expected: Expected, labels?: string[]]>([
  // Forms
  ['a verified form', { ...form, ...verified }, kim],
  ['a form that is not verified', form, shop],
  ['a form whose DMARC failed', { ...form, 'Authentication-Results': verdict('fail') }, shop],
  [
    'a verdict of the sender below that of Gmail',
    { ...form, 'Authentication-Results': ['mx.google.com; spf=none', verdict('pass')] },
    shop,
  ],
  [
    'a verdict for another domain',
    { ...form, ...verified, From: 'Acme <noreply@else.example>' },
    ['Acme <noreply@else.example>', ['noreply@else.example'], ['kim@client.example']],
  ],
  ['an address that is none', { From: 'Zed <zed at far.example>' }, ['Zed <zed at far.example>', []]],
  [
    'a form in which somebody typed no address',
    { ...form, ...verified, 'Reply-To': 'Kim Roe <kim@>' },
    ['Acme Shop <noreply@shop.example>', ['noreply@shop.example']],
  ],
  [
    'a form with a second address that is whole',
    { ...form, ...verified, 'Reply-To': 'kim@client, Kim Roe <kim@client.example>' },
    kim,
  ],
  [
    'a person whose Reply-To is no address',
    { From: 'Ana <ana@far.example>', 'Reply-To': '<ana@localhost>' },
    ['Ana <ana@far.example>', ['ana@far.example']],
  ],
  ['a form in Polish', { ...form, ...verified, From: 'Sklep <nie-odpowiadaj@shop.example>' }, kim],
  ['a form in Swedish', { ...form, ...verified, From: 'Butik <svar-ej@shop.example>' }, kim],
  ['a form in Danish', { ...form, ...verified, From: 'Butik <ikke-svar@shop.example>' }, kim],
  ['a form in Czech', { ...form, ...verified, From: 'Obchod <neodpovidat@shop.example>' }, kim],
  ['a form in Turkish', { ...form, ...verified, From: 'Mağaza <yanitlamayin@shop.example>' }, kim],
  ['a form in Finnish', { ...form, ...verified, From: 'Kauppa <ala-vastaa@shop.example>' }, kim],
  ['a form of WordPress', { ...form, ...verified, From: 'Shop <wordpress@shop.example>' }, kim],
  [
    'a program that says it is one',
    {
      ...form,
      ...verified,
      From: 'Shop <orders@shop.example>',
      'Auto-Submitted': 'auto-generated',
    },
    kim,
  ],
  [
    'a form through our own account',
    { ...form, From: 'Acme <support@acme.example>' },
    kim,
    ['SENT', 'INBOX'],
  ],
  [
    'our own address from elsewhere',
    { ...form, From: 'Acme <support@acme.example>' },
    ['Acme <>', [], ['kim@client.example']],
  ],
  [
    'our own address without Reply-To',
    { From: 'support+form@acme.example', To: 'help@acme.example' },
    ['support+form@acme.example <>', []],
    ['SENT', 'INBOX'],
  ],
  [
    'a form that names us in Reply-To as well',
    {
      ...form,
      ...verified,
      'Reply-To': 'support+1@acme.example, Kim Roe <kim@client.example>',
    },
    kim,
  ],
  [
    'a Reply-To that nobody reads',
    { ...form, ...verified, 'Reply-To': 'no-reply@client.example' },
    ['Acme Shop <noreply@shop.example>', ['noreply@shop.example']],
  ],
  [
    'a name in From, none in Reply-To',
    {
      ...form,
      ...verified,
      From: 'Kim Roe via Acme Shop <info@shop.example>',
      'Reply-To': 'kim@client.example',
    },
    kim,
  ],

  // People
  [
    'a person with another Reply-To',
    { ...form, From: 'Ana <ana@far.example>' },
    ['Ana <ana@far.example>', ['kim@client.example']],
  ],
  [
    'a person who is not verified, with another Reply-To',
    {
      ...form,
      From: 'Ana <ana@shop.example>',
      'Authentication-Results': verdict('fail'),
    },
    ['Ana <ana@shop.example>', ['ana@shop.example'], ['kim@client.example']],
  ],
  [
    'a person whose Reply-To is ours',
    {
      From: 'Ana <ana@far.example>',
      'Reply-To': 'Support <SUPPORT+x@acme.example>',
    },
    ['Ana <ana@far.example>', ['ana@far.example']],
  ],
  [
    'two authors',
    { From: 'Pat <pat@far.example>, Sam <sam@far.example>' },
    ['Pat <pat@far.example>', ['pat@far.example', 'sam@far.example']],
  ],
  ['a name without an address', { From: 'Scanner 3', To: 'support@acme.example' }, ['Scanner 3 <>', []]],
  ['an empty address', { From: 'WWW <>', 'Reply-To': '' }, ['WWW <>', []]],
  [
    'Sender where From is empty',
    { From: '', Sender: 'Gate <gate@door.example>' },
    ['Gate <gate@door.example>', ['gate@door.example']],
  ],

  // Groups and lists
  ['a group of ours in From and Reply-To', group, gus],
  ['a group of ours in Reply-To only', { ...group, From: 'Gus Goe <gus@far.example>' }, gus],
  ['a group that an admin named', { ...group, From: "'Gus Goe' via Team <team@lists.example>" }, gus],
  [
    'a group of others',
    { ...group, From: "'Gus Goe' via Club <club@club.example>" },
    ["'Gus Goe' via Club <club@club.example>", ['club@club.example']],
  ],
  [
    'a verified group of others',
    {
      ...group,
      From: "'Gus Goe' via Club <club@shop.example>",
      ...verified,
    },
    gus,
  ],
  [
    'a forged group of ours',
    {
      ...group,
      'Authentication-Results': 'mx.google.com; dmarc=fail header.from=acme.example',
    },
    ["'Gus Goe' via Team <team@acme.example>", ['team@acme.example']],
  ],
  [
    'a group of ours that is not verified',
    { ...group, 'Authentication-Results': 'mx.google.com; spf=pass smtp.mailfrom=x@y.example' },
    ["'Gus Goe' via Team <team@acme.example>", ['team@acme.example']],
  ],
  [
    'a group of ours whose member is verified',
    { ...group, 'Authentication-Results': 'mx.google.com; dmarc=pass header.from=far.example' },
    gus,
  ],
  [
    'a form with the address as the name',
    { ...verified, From: '"kim@client.example" <noreply@shop.example>' },
    [' <kim@client.example>', ['kim@client.example']],
  ],
  [
    'a form with the address in the name',
    { ...verified, From: '"Kim Roe (kim@client.example)" <wordpress@shop.example>' },
    kim,
  ],
  ['a form with both', { ...form, ...verified, From: 'eve@far.example <noreply@shop.example>' }, kim],
  [
    'such a form that is not verified',
    { From: '"Kim Roe <kim@client.example>" <noreply@shop.example>' },
    ['Kim Roe <kim@client.example> <noreply@shop.example>', ['noreply@shop.example'], ['kim@client.example']],
  ],
  [
    'a program whose name is another address of its own',
    { ...verified, From: '"orders@shop.example" <noreply@shop.example>' },
    [' <noreply@shop.example>', ['noreply@shop.example']],
  ],
  [
    'a program with our address as its name',
    { ...verified, From: '"support@acme.example" <noreply@shop.example>' },
    [' <noreply@shop.example>', ['noreply@shop.example']],
  ],
  [
    'a person with another address in the name',
    { ...verified, From: '"Ana (ana@far.example)" <ana@shop.example>' },
    ['Ana (ana@far.example) <ana@shop.example>', ['ana@shop.example']],
  ],
  [
    'a list with the address in the local part, and itself in Reply-To',
    {
      ...verified,
      From: '"Kim Roe via Talk" <kim=client.example@shop.example>',
      'Reply-To': 'talk@shop.example',
      'List-Post': '<mailto:talk@shop.example>',
    },
    kim,
  ],
  [
    'our web site under an address of our domain',
    {
      ...form,
      From: 'Acme web site <info@acme.example>',
      'Authentication-Results': 'mx.google.com; dmarc=pass header.from=acme.example',
    },
    kim,
  ],
  [
    'the same that is not verified',
    { ...form, From: 'Acme web site <info@acme.example>' },
    ['Acme web site <info@acme.example>', ['kim@client.example']],
  ],
  [
    'a colleague who writes to a customer, with another Reply-To',
    {
      From: 'Joan <joan@acme.example>',
      To: 'ana@far.example',
      Cc: 'support@acme.example',
      'Reply-To': 'joan@crm.example',
      'Authentication-Results': 'mx.google.com; dmarc=pass header.from=acme.example',
    },
    ['Joan <joan@acme.example>', ['joan@crm.example']],
  ],
  [
    'a list that rewrites From',
    {
      ...verified,
      From: 'Gus Goe via Talk <talk@shop.example>',
      'Reply-To': 'Gus Goe <gus@far.example>',
      'List-Post': '<mailto:talk@shop.example>',
    },
    gus,
  ],
])('%s', async (_name, fields, [writer, answered, ignored = []], labels) => {
  const { sender, writer: found } = await identify(fields, labels);
  expect(`${found.name} <${found.address}>`).toBe(writer);
  expect(sender.answerTo.map(({ address }) => address)).toEqual(answered);
  expect(sender.ignoredReplyTo.map(({ address }) => address)).toEqual(ignored);
});

test('the verdict is kept', async () => {
  const results = ['pass', 'fail', 'none'].map(async (result) => {
    const { sender } = await identify({ ...form, 'Authentication-Results': verdict(result) });
    return sender.verification;
  });
  expect(await Promise.all(results)).toEqual(['passed', 'failed', 'unknown']);
});

test.each([
  ['noreply@x.example', true],
  ['orders-noreply+7@x.example', true],
  ['Do-Not-Reply@x.example', true],
  ['nicht-antworten@x.example', true],
  ['www-data@x.example', true],
  ['contact-form@x.example', true],
  ['arno.replyman@x.example', false],
  ['norbert@x.example', false],
  ['casino-response@x.example', false],
  ['info@x.example', false],
])('whether %s is a machine: %s', async (address, expected) => {
  const { senderClaims } = await identify({ From: `Name <${address}>` });
  expect(senderClaims.fromMachine).toBe(expected);
});

test('addresses by which mail reached us are kept, unless they are known', async () => {
  const { senderClaims } = await identify({
    From: 'Ana <ana@far.example>',
    To: 'Info <info@acme.example>, Tom <tom@else.example>',
    'Delivered-To': ['support@acme.example', 'support@acme-alias.example'],
    'X-Original-To': 'old@acme.example',
  });
  expect(senderClaims.deliveredTo).toEqual([
    'support@acme-alias.example',
    'old@acme.example',
    'info@acme.example',
  ]);
});
