import { v7 as uuid } from 'uuid';
import type { Authentication } from '../../../google-simulator/src/mail/authentication-results.ts';
import { deliver } from '../../../google-simulator/src/mail/deliver.ts';
import { messagesWith } from '../../../google-simulator/src/mail/messages.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { ReceivingSettings } from '../instances/receiving-settings.ts';
import { composeReply } from '../outbound/compose/compose.ts';
import { replyDefaults } from '../outbound/defaults/reply-defaults.ts';
import { createMailFlowFixture, only } from './mail-flow-fixture.ts';

/** Mail from outside; `fields` are further header fields, written as given. */
export type IncomingMail = {
  from?: string;
  to?: string[];
  /** To as it is written, where others received the message as well. */
  headerTo?: string;
  subject: string;
  fields?: Record<string, string>;
  body?: string;
  /** What Gmail finds out about the sender; all of it passes by default. */
  authentication?: Authentication;
};

const support = 'support@acme.example';

/**
 * Receiving and sending with helpers for whole conversations: customers write, agents reply, tests read the
 * result.
 */
export async function createInboxFixture() {
  const fixture = await createMailFlowFixture();
  const { read, google, mailboxId, admin } = fixture;
  const author = { id: admin.actor.id, name: 'John Carter', email: 'john@acme.example' };

  /** A message arrives at Google, in each connected mailbox of `to`. */
  function send({
    from = 'Ana <ana@far.example>',
    to = [support],
    headerTo = to.join(', '),
    subject,
    fields = {},
    body = 'Hello',
    authentication,
  }: IncomingMail) {
    const all = { From: from, To: headerTo, Subject: subject, ...fields };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    deliver(google.simulator, {
      sender: /<([^>]*)>/.exec(from)?.[1] ?? from,
      recipients: to,
      raw: Buffer.from(`${head.join('')}\r\n${body}\r\n`),
      authentication,
    });
  }
  const messages = (subject: string) =>
    read((tx) =>
      tx.sql.selectFrom('message').where('subject', '=', subject).selectAll().orderBy('sentAt').execute(),
    );
  const conversation = (id: string) =>
    read((tx) =>
      tx.sql.selectFrom('conversation').where('id', '=', id).selectAll().executeTakeFirstOrThrow(),
    );

  return {
    ...fixture,
    send,
    /** The same, and it is synced at once. */
    async receive(mail: IncomingMail) {
      send(mail);
      await fixture.sync();
    },
    messages,
    conversation,
    /** The conversation of the only message with this subject. */
    conversationOf: async (subject: string) => conversation(only(await messages(subject)).conversationId),
    change: (
      id: string,
      values: Partial<Pick<Schema['conversation'], 'snoozedUntil' | 'doneAt'>> & {
        status: 'open' | 'snoozed' | 'done';
        lastMessageAt?: Date;
      },
    ) => read((tx) => tx.sql.updateTable('conversation').set(values).where('id', '=', id).execute()),
    settings: (values: Partial<ReceivingSettings>) =>
      read((tx) =>
        tx.sql
          .insertInto('instanceSetting')
          .values({ instanceId: fixture.instanceId, newConversationAfterDays: null, ...values })
          .onConflict((conflict) => conflict.column('instanceId').doUpdateSet(values))
          .execute(),
      ),
    /** An agent writes a reply; `answer` also sends it, and reads back the Message-ID that Gmail gave it. Returns its id. */
    async write(conversationId: string, to: string[], from = mailboxId): Promise<string> {
      const id = uuid();
      const reply = {
        id,
        conversationId,
        mailboxId: from,
        to,
        cc: [],
        bcc: [],
        html: '<p>An answer</p>',
        author,
      };
      await read((tx) => composeReply(tx, { ...reply, now: new Date() }, fixture.enqueue));
      return id;
    },
    async answer(
      conversationId: string,
      to: string[],
      from?: string,
    ): Promise<{ id: string; rfcMessageId: string }> {
      const id = await this.write(conversationId, to, from);
      await fixture.deliver(id);
      return { id, rfcMessageId: await fixture.readBack(id) };
    },
    defaults: (conversationId: string, all = false) =>
      read((tx) => replyDefaults(tx, conversationId, { all })),
    reports: (messageId: string) =>
      read((tx) =>
        tx.sql.selectFrom('deliveryReport').where('messageId', '=', messageId).selectAll().execute(),
      ),
    /** The newest message of a mailbox at Google. */
    newest: (account = support) => messagesWith(google.simulator, account, { limit: 1 })[0]!,
  };
}

/** A delivery report as systems other than Gmail write it (RFC 3464), without a copy of the message. */
export function bounceOf(
  original: string,
  recipient: string,
  { action = 'failed', status = '5.1.1' } = {},
): Pick<IncomingMail, 'from' | 'fields' | 'body'> {
  return {
    from: 'Mail Delivery System <mailer-daemon@far.example>',
    fields: {
      'Auto-Submitted': 'auto-replied',
      'In-Reply-To': original,
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
    },
    body: [
      '--b\r\n\r\nYour message was not delivered.',
      `--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.example\r\n\r\nFinal-Recipient: rfc822; ${recipient}\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; the other side said no`,
      '--b--',
    ].join('\r\n'),
  };
}
