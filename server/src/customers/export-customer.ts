import { openAttachment, openRawMessage } from '../conversations/files.ts';
import { timelineMessage } from '../conversations/timeline.ts';
import type { ZipEntry } from '../conversations/zip.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { openCustomer } from './customer.ts';

/**
 * Exports all data of a customer as files: customer.json, and a folder for each conversation with
 * conversation.json, the raw messages (.eml) and their attachments. Messages are read one at a time, because
 * all of them may not fit into memory. Yields nothing if the customer does not exist.
 */
export async function* exportCustomer(
  database: Database,
  instanceId: string,
  customerId: string,
): AsyncGenerator<ZipEntry> {
  const read = <T>(work: (tx: InstanceTransaction) => Promise<T>) => database.inInstance(instanceId, work);
  const page = await read((tx) => openCustomer(tx, customerId));
  if (!page) return;
  yield json('customer.json', { ...page.customer, notes: page.notes });
  const conversations = await read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('customerId', '=', customerId)
      .select(['id', 'subject', 'status', 'createdAt', 'lastMessageAt'])
      .orderBy('createdAt')
      .orderBy('id')
      .execute(),
  );
  for (const [at, conversation] of conversations.entries()) {
    const name = conversation.subject
      .replace(/[^\p{L}\p{N} ]+/gu, ' ')
      .trim()
      .slice(0, 60)
      .trim();
    const folder = `conversations/${String(at + 1).padStart(4, '0')} ${name}`.trim();
    const ids = await read((tx) =>
      tx.sql
        .selectFrom('message')
        .where('conversationId', '=', conversation.id)
        // Internal notes are not data that the customer gave.
        .where('direction', '!=', 'note')
        .select('id')
        .orderBy('sentAt')
        .orderBy('id')
        .execute(),
    );
    const messages = [];
    for (const { id } of ids) {
      const message = await read((tx) => timelineMessage(tx, id));
      if (!message) continue;
      const { author, ownText: _ownText, ownHtml: _ownHtml, delivery, ...exported } = message;
      messages.push({ ...exported, author: author?.name ?? null, delivery: delivery?.state ?? null });
      const raw = await openRawMessage(database, instanceId, id);
      if (raw) yield { name: `${folder}/${id}.eml`, bytes: raw };
      for (const file of message.attachments) {
        const opened = await openAttachment(database, instanceId, file.id);
        if (opened) yield { name: `${folder}/files/${file.filename}`, bytes: opened.bytes };
      }
    }
    yield json(`${folder}/conversation.json`, { ...conversation, messages });
  }
}

function json(name: string, value: object): ZipEntry {
  return { name, bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}
