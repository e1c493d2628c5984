import { type Account, aliasesOf } from '../accounts.ts';
import { findMessage } from '../mail/messages.ts';
import { send } from '../mail/send.ts';
import type { Simulator } from '../simulator.ts';
import { writeMime } from './mime.ts';
import { openMessage } from './open-message.ts';
import { createReply, quote } from './reply.ts';

/** Sends the message of the compose page; `reply` is the original's id, `quote` includes the original. */
export async function sendComposed(
  simulator: Simulator,
  account: Account,
  fields: ReadonlyMap<string, string>,
  attachments: { name: string; type: string; content: Buffer }[],
): Promise<{ kind: 'sent'; threadId: string } | { kind: 'refused'; message: string }> {
  const field = (name: string): string => fields.get(name) ?? '';
  const answered = field('reply') ? findMessage(simulator, account.email, field('reply')) : undefined;
  const opened = answered && (await openMessage(simulator, account.email, answered.id));
  const own = [account.email, ...aliasesOf(simulator.store, account.email)];
  const answer = opened && createReply(opened, own, false);
  const raw = await writeMime({
    from: { name: account.name, address: account.email },
    to: field('to'),
    cc: field('cc'),
    bcc: field('bcc'),
    subject: field('subject'),
    html: field('html'),
    text: field('text'),
    inReplyTo: answer?.inReplyTo ?? null,
    references: answer?.references ?? [],
    quoted: opened && field('quote') ? quote(opened, new Date(answered.internalDate)) : null,
    attachments,
    date: new Date(simulator.clock.now()),
  });
  const outcome = send(simulator, account.email, { raw, threadId: answered?.threadId });
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'sent', threadId: outcome.message.threadId };
    case 'no-recipient':
      return refused('Name at least one recipient.');
    case 'invalid-recipient':
      return refused(`Check the addresses in ${outcome.header}: one is not an email address.`);
    case 'over-limit':
      return refused('This account has reached its sending limit for today. Try again tomorrow.');
    case 'invalid-thread':
      return refused('The conversation is not here any more. Write a new message.');
  }
}

function refused(message: string): { kind: 'refused'; message: string } {
  return { kind: 'refused', message };
}
