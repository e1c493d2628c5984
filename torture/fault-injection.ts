import type { FaultKind } from '../google-simulator/src/faults.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';

type FaultSpec = { kind: FaultKind; methods: string[]; probability?: [number, number]; times?: number };

const readMethods = ['history.list', 'messages.get', 'messages.list', '*'];
const allMethods = ['history.list', 'messages.get', 'messages.list', 'messages.send', 'watch', '*'];

/** Failures of Google that revoke no access: none may disconnect a mailbox, or lose or double a message. */
const faultSpecs: FaultSpec[] = [
  { kind: '500', methods: allMethods },
  { kind: '502', methods: allMethods },
  { kind: '503', methods: allMethods },
  { kind: '504', methods: allMethods },
  { kind: 'precondition', methods: allMethods },
  { kind: 'rate-limit', methods: allMethods },
  { kind: 'userRateLimitExceeded', methods: allMethods },
  { kind: 'rateLimitExceeded', methods: allMethods },
  { kind: 'sending-limit', methods: ['messages.send'] },
  { kind: 'connection-reset', methods: allMethods },
  { kind: 'lost-response', methods: allMethods },
  { kind: 'lost-response', methods: ['messages.send'], probability: [0.5, 1] },
  { kind: 'slow', methods: allMethods },
  { kind: 'captive-portal', methods: allMethods },
  { kind: 'captive-portal-401', methods: allMethods },
  { kind: 'not-found-yet', methods: ['messages.get'], probability: [0.5, 1] },
];

/** A second 401, for a fresh token, disconnects (docs/gmail.md, section 1): so one at a time, and rarely. */
const unauthorized: FaultSpec = { kind: 'unauthorized', methods: readMethods, times: 1 };
const unauthorizedEvery = 20_000;

/** Failures of the token endpoint, for all accounts. */
const tokenFaultKinds: FaultKind[] = [
  '503',
  'connection-reset',
  'slow',
  'lost-response',
  'captive-portal',
  'captive-portal-401',
];

/** A call without a response lasts until its caller's timeout: 30 seconds. */
const hangingFault: FaultSpec = { kind: 'hang', methods: ['history.list', 'messages.list'], times: 1 };

export type FaultInjector = {
  /** Replaces the active faults; returns how long they stay active, in milliseconds. */
  change(): Promise<number>;
  clear(): Promise<void>;
  /** Runs `work` without any of these faults, which may inject its own. */
  whilePaused<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The active faults, for a log line. */
  describe(): string;
};

/** Injects changing faults. `hangs`: also calls without a response, until their caller's timeout. */
export function createFaultInjector({
  google,
  pool,
  accounts,
  random,
  hangs,
}: {
  google: SimulatedGoogle;
  pool: DatabaseAccess;
  accounts: string[];
  random: SeededRandom;
  hangs: boolean;
}): FaultInjector {
  let activeFaults: string[] = [];
  let lastUnauthorized = Number.NEGATIVE_INFINITY;

  async function injectFault({ kind, methods, probability = [0.2, 1], times }: FaultSpec): Promise<void> {
    const account = random.maybe(0.4) ? '*' : random.pick(accounts);
    const method = random.pick(methods);
    await google.fault({
      kind,
      account,
      method,
      times: times ?? null,
      probability: probability[0] + random.next() * (probability[1] - probability[0]),
      retryAfterSeconds: random.between(1, 4),
      // Shorter than the retries of a fetch (server/src/inbound/fetch/fetch-message.ts).
      delayMs: kind === 'not-found-yet' ? 3_000 : random.between(200, 6_000),
    });
    activeFaults.push(`${kind} on ${method} of ${account}`);
  }

  /** Lets access tokens expire, or nearly: every process then refreshes them at once. */
  async function expireTokens(): Promise<void> {
    const seconds = random.pick([-60, 10, 60, 240]);
    await pool.query(`update mailbox_grant set access_token_expires_at = now() + make_interval(secs => $1)`, [
      seconds,
    ]);
    activeFaults.push(`tokens expire in ${seconds} s`);
    if (random.maybe(0.7)) {
      const kind = random.pick(tokenFaultKinds);
      await google.fault({ kind, method: 'token', times: null, probability: 0.6, delayMs: 1_500 });
      activeFaults.push(`${kind} on token`);
    }
  }

  async function disturbNotifications(): Promise<void> {
    const fault = random.pick([{ copies: 0 }, { copies: 2 }, { delayMs: random.between(500, 4_000) }]);
    const account = random.maybe(0.5) ? '*' : random.pick(accounts);
    await google.control('notifications', { account, ...fault });
    activeFaults.push(`notifications of ${account}: ${JSON.stringify(fault)}`);
  }

  let paused = false;
  let changing: Promise<unknown> = Promise.resolve();

  return {
    change() {
      const change = paused ? Promise.resolve(200) : inject();
      changing = change;
      return change;
    },
    async clear() {
      await google.clearFaults();
      activeFaults = [];
    },
    async whilePaused(work) {
      paused = true;
      try {
        await changing;
        await google.clearFaults();
        activeFaults = [];
        return await work();
      } finally {
        paused = false;
      }
    },
    describe: () => activeFaults.join(', ') || (paused ? 'those of a trial' : 'none'),
  };

  async function inject(): Promise<number> {
    await google.clearFaults();
    activeFaults = [];
    if (random.maybe(0.35)) return random.between(500, 2_500);
    for (let count = random.between(1, 3); count > 0; count -= 1) {
      if (hangs && random.maybe(0.05)) await injectFault(hangingFault);
      else await injectFault(random.pick(faultSpecs));
    }
    if (random.maybe(0.2) && performance.now() - lastUnauthorized > unauthorizedEvery) {
      lastUnauthorized = performance.now();
      await injectFault(unauthorized);
    }
    if (random.maybe(0.2)) await expireTokens();
    if (random.maybe(0.4)) await disturbNotifications();
    if (random.maybe(0.3)) {
      const account = random.pick(accounts);
      await google.control('expire-history', { account });
      activeFaults.push(`history of ${account} expired`);
    }
    return random.between(500, 4_000);
  }
}
