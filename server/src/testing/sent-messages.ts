import { createHash } from 'node:crypto';
import { v4 as uuid } from 'uuid';
import { readLedger } from '../../../google-simulator/src/mail/ledger.ts';
import { messagesWith, rawOf } from '../../../google-simulator/src/mail/messages.ts';
import { sendAccountMail } from '../notifications/account-mail.ts';
import { writeSlice } from '../outbound/bulk/bulk-slice.ts';
import { saveTemplate } from '../templates/templates.ts';
import type { createComposerFixture, DraftInput } from './composer-fixture.ts';
import {
  addresses,
  type FileToSend,
  files,
  subject as manyScripts,
  picture,
  scripts,
  typed,
  wholeTemplate,
} from './sent-content.ts';
import { exampleForm } from './template-form.ts';

type Person = { name: string; address: string };
/** A message of some kind as it left, and what was meant by it. */
export type SentMessage = {
  kind: string;
  raw: Buffer;
  meant: {
    to: Person[];
    cc?: Person[];
    bcc?: Person[];
    subject: string;
    /** Phrases of the text and of the HTML. */
    phrases: string[];
    files?: FileToSend[];
    /** Of pictures in the text: their bytes. */
    pictures?: Buffer[];
  };
};

const support = 'support@acme.example';
type Fixture = Awaited<ReturnType<typeof createComposerFixture>>;

/** Sends one message of each kind that Postroom writes, through the simulated Google. */
export async function sendEachKind(fixture: Fixture): Promise<SentMessage[]> {
  const { agent } = fixture;
  await agent.call('PATCH', '/writing-settings', {
    undoSeconds: 0,
    signature: '<p>Best wishes<br>Jörg Čech</p>',
  });
  return [
    ...(await conversationMessages(fixture)),
    ...(await newMessages(fixture)),
    ...(await templateMessages(fixture)),
    ...(await bulkMessages(fixture)),
    ...(await otherMessages(fixture)),
  ];
}

/** Writes a draft, attaches files and pictures, sends it, and returns it as it left. */
async function write(
  fixture: Fixture,
  kind: string,
  draft: DraftInput & { people?: Record<'to' | 'cc' | 'bcc', Person[]>; sendAt?: string },
  meant: Partial<SentMessage['meant']> = {},
): Promise<SentMessage> {
  const id = uuid();
  const { people, sendAt, ...content } = draft;
  const entered = people && {
    to: people.to.map(typed),
    cc: people.cc.map(typed),
    bcc: people.bcc.map(typed),
  };
  const written = { ...content, ...entered };
  done(await fixture.save(id, written));
  for (const { name, type, bytes } of meant.files ?? []) {
    done(await fixture.upload(id, name, bytes, `&mediaType=${encodeURIComponent(type)}`));
  }
  let version = 1;
  const shown: string[] = [];
  for (const bytes of meant.pictures ?? []) {
    const { body } = done(await fixture.upload(id, 'Bild ä.png', bytes, '&mediaType=image/png&inline=true'));
    shown.push(`<p><img src="cid:${body.attachment.contentId}" alt="Bild"></p>`);
  }
  if (shown.length > 0) {
    done(await fixture.save(id, { ...written, html: `${content.html}${shown.join('')}`, version }));
    version += 1;
  }
  done(await fixture.agent.call('POST', `/drafts/${id}/send`, { version, ...(sendAt && { sendAt }) }));
  if (sendAt) await fixture.backdate(id, 3_600);
  await fixture.deliver(id);
  const to = people?.to ?? [{ name: '', address: 'ana.silva@mail.example' }];
  const { cc, bcc } = people ?? {};
  return {
    kind,
    raw: rawAsSent(fixture, id),
    meant: { to, cc, bcc, subject: content.subject ?? '', phrases: scripts, ...meant },
  };
}

const html = scripts.map((phrase) => `<p>${phrase}</p>`).join('\n');

async function conversationMessages(fixture: Fixture): Promise<SentMessage[]> {
  const { conversationId, messageId } = await fixture.conversation('Größe – 尺寸?');
  // Ana writes with Outlook, so that an answer has the headers of its threads.
  const question = {
    rfcMessageId: '<question@mail.example>',
    threadIndex: 'AdoAAAAAAAAAAAAAAAAAAAAAAAAAAA==',
  };
  await fixture.inAcme((tx) =>
    tx.sql.updateTable('message').set(question).where('id', '=', messageId).execute(),
  );
  const answer = { conversationId, html };
  await setMailbox(fixture, { threading: 'history' });
  const withHistory = await write(fixture, 'answer with history', answer, {
    subject: 'Re: Größe – 尺寸?',
    phrases: [...scripts, 'It has not come.', 'Jörg Čech'],
  });
  await setMailbox(fixture, { threading: 'single' });
  const withoutHistory = await write(fixture, 'answer', answer, { subject: 'Re: Größe – 尺寸?' });
  const people = { to: [{ name: 'Tom Becker', address: 'tom.becker@mail.example' }], cc: [], bcc: [] };
  const forward = await write(
    fixture,
    'forward',
    { ...answer, kind: 'forward', subject: 'Fwd: Größe', people },
    { subject: 'Fwd: Größe' },
  );
  return [withHistory, withoutHistory, forward];
}

async function newMessages(fixture: Fixture): Promise<SentMessage[]> {
  const many = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `Empfänger ${from + index}, Abt. "${index}"`,
      address: `c${from + index}@far.example`,
    }));
  const start = { kind: 'new' as const, html };
  return [
    await write(fixture, 'new message', { ...start, subject: 'Short' }),
    await write(fixture, 'several scripts', { ...start, subject: manyScripts }),
    await write(fixture, 'subject typed as an encoded word', { ...start, subject: '=?utf-8?q?Hallo?= =?' }),
    await write(fixture, 'empty subject', { ...start, subject: '' }),
    await write(fixture, 'files of every kind', { ...start, subject: 'Files' }, { files }),
    await write(
      fixture,
      'pictures in the text',
      { ...start, subject: 'Pictures' },
      { pictures: [picture(1), picture(2)] },
    ),
    await write(
      fixture,
      'pictures and files',
      { ...start, subject: 'Both' },
      { pictures: [picture(3)], files: files.slice(0, 2) },
    ),
    await write(fixture, 'names of every kind', {
      ...start,
      subject: 'Names',
      people: { to: addresses.slice(0, 5), cc: addresses.slice(5, 9), bcc: addresses.slice(9) },
    }),
    await write(fixture, '500 recipients', {
      ...start,
      subject: 'Everybody',
      people: { to: many(250, 0), cc: many(150, 250), bcc: many(100, 400) },
    }),
    await write(fixture, 'scheduled', {
      ...start,
      subject: 'Later',
      sendAt: new Date(Date.now() + 1_800_000).toISOString(),
    }),
  ];
}

async function templateMessages(fixture: Fixture): Promise<SentMessage[]> {
  const actor = { id: fixture.acme.actor.id, name: 'Alex Admin' };
  const templateId = await fixture.inAcme((tx) =>
    saveTemplate(tx, null, { name: 'Acme', html: wholeTemplate }, { ...fixture.acme.actor, ...actor }),
  );
  await setMailbox(fixture, { templateId });
  const inTemplate = await write(fixture, 'template', { kind: 'new', html, subject: 'In a template' });
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  const sample = {
    conversationId: null,
    sampleHtml: html,
    html: wholeTemplate,
    mailboxId: fixture.mailboxId,
  };
  done(await admin.call('POST', '/template-tests', sample));
  const test = { ...newest(fixture, 'test of a template', admin.email), meant: inTest(admin.email) };
  const withLogo = await messageWithLogo(fixture, admin);
  await setMailbox(fixture, { templateId });
  return [inTemplate, test, withLogo];

  function inTest(address: string): SentMessage['meant'] {
    return { to: [{ name: 'Some admin', address }], subject: '*', phrases: scripts };
  }
}

/** A message in a template that was made by the form, whose logo it carries beside a picture of its own. */
async function messageWithLogo(fixture: Fixture, admin: Awaited<ReturnType<Fixture['person']>>) {
  const logo = picture(7);
  const file = { filename: 'Logo ä.png', base64: logo.toString('base64') };
  const { id: pictureId } = done(await admin.call('POST', '/template-pictures', file)).body.picture;
  const form = {
    ...exampleForm,
    logo: { pictureId, width: 120, height: 40, alt: 'Harbour Teas' },
    signatureLine: true,
  };
  const made = done(await admin.call('POST', '/templates', { name: 'Form', html: '', form }));
  await setMailbox(fixture, { templateId: made.body.template.id });
  const own = picture(8);
  const message = await write(
    fixture,
    'template made by a form',
    { kind: 'new', html, subject: 'With a logo' },
    { pictures: [own], phrases: [...scripts, 'Harbour Teas, 1 Quay', 'Jörg Čech'] },
  );
  return { ...message, meant: { ...message.meant, pictures: [own, logo] } };
}

async function bulkMessages(fixture: Fixture): Promise<SentMessage[]> {
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  const bulkId = uuid();
  const path = `/bulk-messages/${bulkId}`;
  const content = { mailboxId: fixture.mailboxId, subject: 'News for {{firstName}} – 新闻', html };
  done(await admin.call('PUT', path, content));
  const list = 'email,name,language\nzoe@far.example,"Ørsted, Zoë",de\n';
  done(await admin.call('POST', `${path}/recipients`, { list }));
  done(await admin.call('POST', `${path}/test`, { position: 1 }));
  const test = await deliverNext(fixture);
  done(await admin.call('POST', `${path}/start`));
  const { database } = fixture.needs;
  const { enqueue } = fixture.queue;
  // One click is offered for an https link.
  fixture.needs.url = 'https://desk.acme.example';
  await writeSlice({ database, enqueue }, { instanceId: fixture.acme.instanceId, bulkId }, new Date());
  const bulk = await deliverNext(fixture);
  const meant = { subject: 'News for Zoë – 新闻', phrases: [...scripts, 'Abmelden'] };
  return [
    {
      kind: 'bulk message',
      raw: bulk,
      meant: { ...meant, to: [{ name: 'Ørsted, Zoë', address: 'zoe@far.example' }] },
    },
    {
      kind: 'test of a bulk message',
      raw: test,
      meant: { ...meant, to: [{ name: 'Some admin', address: admin.email }] },
    },
  ];
}

async function otherMessages(fixture: Fixture): Promise<SentMessage[]> {
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  done(await admin.call('POST', `/mailboxes/${fixture.mailboxId}/test-message`));
  const test = await deliverNext(fixture);
  const to = [{ name: '', address: admin.email }];
  const link = 'https://desk.acme.example/invitation/abc';
  await sendAccountMail(fixture.needs, fixture.acme.instanceId, {
    to: { name: 'Čech, Jörg', address: 'joerg@far.example' },
    subject: 'Willkommen 你好',
    paragraphs: scripts,
    link,
  });
  return [
    {
      kind: 'test message of an address',
      raw: test,
      meant: { to, subject: `Test message from ${support}`, phrases: ['Some admin'] },
    },
    {
      ...newest(fixture, 'account mail', 'joerg@far.example'),
      meant: {
        to: [{ name: 'Čech, Jörg', address: 'joerg@far.example' }],
        subject: 'Willkommen 你好',
        phrases: [...scripts, link],
      },
    },
  ];
}

/** Delivers the one message that waits, and returns it as it left. */
async function deliverNext(fixture: Fixture): Promise<Buffer> {
  const { rows } = await fixture.needs.deployment.pool.query<{ id: string }>(
    `select message_id as id from delivery where state = 'queued'`,
  );
  if (rows.length !== 1) throw new Error(`${rows.length} messages wait`);
  await fixture.deliver(rows[0]!.id);
  return rawAsSent(fixture, rows[0]!.id);
}

/** The Sent copy of a message of ours. */
function rawAsSent({ google }: Fixture, messageId: string): Buffer {
  const accepted = readLedger(google.simulator).find(
    ({ kind, delivery }) => kind === 'accepted' && delivery === messageId,
  );
  if (!accepted) throw new Error(`Google has not accepted ${messageId}`);
  return rawOf(google.simulator, support, accepted.gmailId!);
}

/** The newest message in Sent, which must be to this address. */
function newest({ google }: Fixture, kind: string, address: string): Pick<SentMessage, 'kind' | 'raw'> {
  const [message] = messagesWith(google.simulator, support, { limit: 1 });
  const raw = rawOf(google.simulator, support, message!.id);
  if (!raw.includes(address)) throw new Error(`The newest message is not to ${address}`);
  return { kind, raw };
}

const setMailbox = (
  fixture: Fixture,
  values: { threading?: 'single' | 'history'; templateId?: string | null },
) =>
  fixture.inAcme((tx) =>
    tx.sql.updateTable('mailbox').set(values).where('id', '=', fixture.mailboxId).execute(),
  );

function done<Answer extends { status: number; body: unknown }>(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(JSON.stringify(answer));
  return answer;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
