import { expect } from 'vitest';
import { quota } from '../../../google-simulator/src/quota.ts';
import { deliver as deliverMail } from '../../../google-simulator/src/world/deliver.ts';
import { readLedger } from '../../../google-simulator/src/world/ledger.ts';
import { openParser } from '../inbound/parser.ts';
import { syncMailbox } from '../inbound/sync.ts';
import { deliver } from '../outbound/deliver.ts';
import { openRenderer } from '../templates/renderer.ts';
import { connectingBench } from './connecting.ts';

/** One instance with support@acme.example connected, and both streets to walk by hand. */
export async function streetsBench() {
  const bench = await connectingBench();
  const { database, locks, gmail, url } = bench.needs;
  const admin = await bench.admin();
  const { instanceId } = admin;
  const mailboxId = await bench.connect(admin, 'support@acme.example');
  const parser = openParser();
  // A fast machine sends more in a minute than Gmail's units allow; quotas have tests of their own.
  quota(bench.google.simulator).setPerMinute(null);
  const renderer = openRenderer();
  const never = new AbortController().signal;
  const jobs: Array<{ name: string; startAfter: Date | undefined }> = [];
  return {
    ...bench,
    admin,
    instanceId,
    mailboxId,
    jobs,
    read: <T>(work: Parameters<typeof database.inInstance<T>>[1]) => database.inInstance(instanceId, work),
    sync: (of = mailboxId) =>
      syncMailbox({ database, locks, gmail, parser }, { instanceId, mailboxId: of }, never),
    deliver: (messageId: string) =>
      deliver({ database, locks, gmail, renderer, url, enqueue: noteJob }, { instanceId, messageId }, never),
    enqueue: noteJob,
    /** A message arrives at Google from outside. */
    arrive(fields: Record<string, string>, body = 'Hello', to = ['support@acme.example']) {
      const all = { From: 'Ana Silva <ana@far.example>', To: to.join(', '), ...fields };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      const raw = Buffer.from(`${head.join('')}\r\n${body}\r\n`);
      deliverMail(bench.google.simulator, { sender: 'ana@far.example', recipients: to, raw });
    },
    ledger: () => readLedger(bench.google.simulator),
    async close() {
      await parser.close();
      await renderer.close();
      await bench.close();
    },
  };

  async function noteJob(_tx: unknown, name: string, _data: unknown, options: { startAfter?: Date } = {}) {
    jobs.push({ name, startAfter: options.startAfter });
  }
}

/** The only element of a list. */
export function only<T>(list: T[]): T {
  expect(list.length).toBe(1);
  return list[0]!;
}
