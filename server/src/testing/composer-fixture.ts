import { simpleParser } from 'mailparser';
import { v4 as uuid } from 'uuid';
import { readLedger } from '../../../google-simulator/src/mail/ledger.ts';
import { messagesWith, rawOf } from '../../../google-simulator/src/mail/messages.ts';
import { createConversations } from '../conversations/create-conversations.ts';
import { deliver } from '../outbound/send/deliver.ts';
import { createSentBeforeStart } from '../outbound/send/sent-before-start.ts';
import { sharedBySends } from '../outbound/send/shared-by-sends.ts';
import { openRenderer } from '../templates/renderer.ts';
import { createHttpFixture } from './http-fixture.ts';

/** A draft as the API takes it; omitted members are empty. */
export type DraftInput = {
  kind?: 'reply' | 'forward' | 'note' | 'new';
  conversationId?: string | null;
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  html?: string;
  version?: number;
};

/** An agent who writes from support@acme.example over HTTP; sending is run step by step. */
export async function createComposerFixture() {
  const fixture = await createHttpFixture();
  const { database, locks, gmail } = fixture.needs;
  const acme = await fixture.admin();
  const { instanceId } = acme;
  const agent = await fixture.person(instanceId, 'agent');
  const mailboxId = await fixture.connect(acme, 'support@acme.example');
  const renderer = openRenderer();
  const shared = sharedBySends(database);
  const longAgo = { processStartedAt: new Date(0), postgresStartedAt: new Date(0) };
  const sentBeforeStart = createSentBeforeStart(database, longAgo);
  const neverAborted = new AbortController().signal;
  const { enqueue } = fixture.queue;
  return {
    ...fixture,
    acme,
    agent,
    mailboxId,
    inAcme: <T>(work: Parameters<typeof database.inInstance<T>>[1]) => database.inInstance(instanceId, work),

    /** A conversation started by Ana, with one message. */
    async conversation(subject = 'Where is it?'): Promise<{ conversationId: string; messageId: string }> {
      const [conversationId, customerId, messageId] = [uuid(), uuid(), uuid()];
      const now = new Date(Date.now() - 60_000);
      await database.inInstance(instanceId, async (tx) => {
        const { sql } = tx;
        await sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana Silva' }).execute();
        const conversation = { id: conversationId, customerId, mailboxId, subject, lastMessageAt: now };
        await createConversations(tx, [conversation]);
        await sql
          .insertInto('message')
          .values({
            instanceId,
            id: messageId,
            conversationId,
            mailboxId,
            direction: 'inbound',
            origin: 'gmail',
            fromName: 'Ana Silva',
            fromAddress: ana,
            subject,
            sentAt: now,
            bodyText: 'It has not come.',
            bodyHtml: '<p>It has not come.</p>',
            snippet: 'It has not come.',
          })
          .execute();
      });
      return { conversationId, messageId };
    },

    /** Saves a draft as `who`; returns the API's response. */
    save: (id: string, { version = 0, ...draft }: DraftInput, who = agent) =>
      who.call('PUT', `/drafts/${id}`, {
        kind: 'reply',
        conversationId: null,
        mailboxId,
        to: [ana],
        cc: [],
        bcc: [],
        subject: '',
        html: '<p>Hello</p>',
        ...draft,
        version,
      }),
    /** Uploads a file to a draft, as bytes. */
    upload: (draftId: string, filename: string, bytes: Buffer, more = '', who = agent) =>
      who.upload(
        `/drafts/${draftId}/attachments/${uuid()}?filename=${encodeURIComponent(filename)}${more}`,
        bytes,
      ),
    /** Delivers what is due in the conversation of this message. */
    deliver: (messageId: string) =>
      deliver(
        {
          database,
          locks,
          gmail,
          renderer,
          sentBeforeStart,
          url: fixture.needs.url,
          enqueue,
          ...shared,
        },
        { instanceId, messageId, mailboxId },
        { signal: neverAborted },
      ),
    /** How often Google accepted this message. */
    accepted: (messageId: string): number =>
      readLedger(fixture.google.simulator).filter(
        ({ kind, delivery }) => kind === 'accepted' && delivery === messageId,
      ).length,
    /** As if it had been written this many seconds earlier. */
    backdate: (messageId: string, seconds: number) =>
      fixture.needs.deployment.pool.query(
        `update delivery set send_after = send_after - $1 * interval '1 second' where message_id = $2`,
        [seconds, messageId],
      ),
    /** The newest message of Ana (or another), parsed by another parser than ours. */
    received: (by = ana) => {
      const [message] = messagesWith(fixture.google.simulator, by, { limit: 1 });
      return simpleParser(rawOf(fixture.google.simulator, by, message!.id));
    },
    async close() {
      await renderer.close();
      await fixture.close();
    },
  };
}

/** A customer in the simulated Google. */
export const ana = 'ana.silva@mail.example';
