import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { controlSimulator } from './environment.ts';
import { type Delivered, deliverEvenly } from './live-traffic.ts';

type Request = { google: string; accounts: string[]; delivered: Delivered };

const file = fileURLToPath(import.meta.url);

if (process.send && process.argv[1] === file) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ google, accounts, delivered }: Request) => {
    const arrived = await deliverEvenly(controlSimulator(google), accounts, delivered);
    process.send!([...arrived]);
  });
}

/** Delivers messages as `deliverEvenly` does, until it is stopped. */
export type Deliverer = {
  deliver(accounts: string[], delivered: Delivered): Promise<Map<string, number>>;
  /** Has it go last where a processor is wanted by others. */
  goLast(): void;
  stop(): void;
};

/**
 * A process that delivers messages: making one of megabytes takes 44 ms, which would hold up a bench that measures
 * something meanwhile.
 */
export function startDeliverer(google: string): Deliverer {
  const child = fork(file);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('Delivering has ended')));
  ended.catch(() => {}); // without a delivery nobody waits for it
  return {
    async deliver(accounts, delivered) {
      child.send({ google, accounts, delivered } satisfies Request);
      const [arrived] = (await Promise.race([once(child, 'message'), ended])) as [Array<[string, number]>];
      return new Map(arrived);
    },
    goLast: () => setPriority(child.pid!, 19),
    stop: () => void child.kill(),
  };
}
