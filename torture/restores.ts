import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Answers } from './answers.ts';
import { deliveries, storedCopies } from './database-rows.ts';
import type { TortureEnvironment } from './environment.ts';
import type { Pausable } from './pausable.ts';
import type { Traffic } from './traffic.ts';
import type { LiveStream } from './watch-mailboxes.ts';

const run = promisify(execFile);

export type Restores = {
  /** Takes a copy or restores it if that is due. `elapsed`: the part of the run that is over, from 0 to 1. */
  step(elapsed: number): Promise<void>;
  /** Whether a copy waits to be restored: what may not happen in between must not begin. */
  isCopyWaiting(): boolean;
  count(): number;
  /** How many answers a restore put back as unsent although Gmail had sent them: each could be sent twice. */
  sentAgainIfNotFound(): number;
};

type Needs = {
  environment: TortureEnvironment;
  traffic: Traffic;
  answers: Answers;
  streams: LiveStream[];
  pausable: Pausable;
  /** Nothing of it may happen between a copy and its restore: a restored grant would have been revoked. */
  mayCopy: () => boolean;
  report: (line: string) => void;
};

/** How long answers queue up before a copy, in milliseconds. */
const queueMs = 1_500;

/** When a copy is taken and when it is restored, as parts of the run. */
const cycles = [
  { copyAt: 0.12, restoreAt: 0.3 },
  { copyAt: 0.6, restoreAt: 0.85 },
];

/**
 * Restores old copies of the data directory, as an operator does by hand after a failed disk: all processes are
 * killed, Postgres is stopped, its files are replaced, and everything starts again.
 */
export function createRestores(needs: Needs): Restores {
  const { environment, answers, traffic, streams, pausable, mayCopy, report } = needs;
  const upcoming = [...cycles];
  /** How many answers the copy that waits to be restored has; null if none waits. */
  let answersInCopy: number | null = null;
  let copying = false;
  let restored = 0;
  let putBack = 0;

  async function copy(): Promise<void> {
    await copyData(environment);
    answersInCopy = answers.accepted.length;
    report('a copy of the data is taken');
  }

  async function restore(answersBefore: number): Promise<void> {
    const storedBefore = await storedKeys(environment);
    await restoreData(environment, () => {
      // A page reads all events again, as when it is reloaded: those after the copy never were.
      for (const stream of streams) stream.restart();
    });
    answers.forgetAfter(answersBefore);
    const stored = await storedKeys(environment);
    traffic.forget(storedBefore.difference(stored));
    const sent = new Set(
      (await environment.google.ledger()).flatMap(({ kind, delivery }) =>
        kind === 'accepted' ? delivery : [],
      ),
    );
    const unsent = (await deliveries(environment.pool)).filter(
      ({ state, messageId }) => state !== 'sent' && sent.has(messageId),
    );
    const forgotten = answers.accepted.length - answersBefore;
    report(`the copy is restored: ${forgotten} answers are forgotten, ${unsent.length} sent ones are unsent`);
    putBack += unsent.length;
    restored += 1;
    answersInCopy = null;
    upcoming.shift();
  }

  /** Without the web process, the requests in progress would not end. */
  async function pause(work: () => Promise<void>): Promise<void> {
    await environment.programs.find(({ name }) => name.startsWith('web'))!.ready();
    await pausable.whilePaused(work);
  }

  return {
    async step(elapsed) {
      const [next] = upcoming;
      if (!next) return;
      const answersBefore = answersInCopy;
      if (answersBefore === null) {
        if (elapsed < next.copyAt || !mayCopy()) return;
        copying = true;
        // So that the copy has answers which are sent afterwards.
        await environment.google.fault({ kind: '503', method: 'messages.send', times: null });
        await sleep(queueMs);
        await pause(copy);
        copying = false;
      } else if (elapsed >= next.restoreAt) {
        await pause(() => restore(answersBefore));
      }
    },
    isCopyWaiting: () => copying || answersInCopy !== null,
    count: () => restored,
    sentAgainIfNotFound: () => putBack,
  };
}

/** The Gmail messages that the database has, as `account id`. */
async function storedKeys({ desks, pool }: TortureEnvironment): Promise<Set<string>> {
  const accounts = new Map(
    desks.flatMap(({ mailboxes }) => [...mailboxes].map(([account, mailboxId]) => [mailboxId, account])),
  );
  const copies = await storedCopies(pool);
  return new Set(copies.map(({ mailboxId, gmailId }) => `${accounts.get(mailboxId)} ${gmailId}`));
}

/** Copies the data directory while nothing runs. */
export async function copyData({ whileStopped }: TortureEnvironment): Promise<void> {
  await whileStopped(async (data) => {
    await rm(copyIn(data), { recursive: true, force: true });
    await run('cp', ['-a', clusterIn(data), copyIn(data)]);
  });
}

/** Puts the copy back; `before`: before the processes start again. */
export async function restoreData(
  { whileStopped }: TortureEnvironment,
  before: () => void = () => {},
): Promise<void> {
  await whileStopped(async (data) => {
    await rm(clusterIn(data), { recursive: true });
    await run('cp', ['-a', copyIn(data), clusterIn(data)]);
    before();
  });
}

const clusterIn = (data: string) => path.join(data, 'postgres');
const copyIn = (data: string) => path.join(data, 'postgres-copy');
