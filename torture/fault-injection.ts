import type pg from 'pg';
import type { FaultKind } from '../google-simulator/src/faults.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';

type FaultSpec = { kind: FaultKind; methods: string[]; probability?: [number, number]; times?: number };

const readMethods = ['history.list', 'messages.get', 'messages.list', '*'];
const allMethods = ['history.list', 'messages.get', 'messages.list', 'messages.send', 'watch', '*'];

/**
 * What goes wrong at Google without ending any access. None of these may disconnect a mailbox, lose a
 * message or double one.
 */
const faultSpecs: FaultSpec[] = [
  { kind: '500', methods: allMethods },
  { kind: '502', methods: allMethods },
  { kind: '503', methods: allMethods },
  { kind: '504', methods: allMethods },
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

/** Gmail's second 401, to a fresh token, is an answer (facts §1): one, and none again for a while. */
const unauthorized: FaultSpec = { kind: 'unauthorized', methods: readMethods, times: 1 };
const unauthorizedEvery = 20_000;

/** Troubles of the token endpoint, which is of no one account. */
const tokenFaultKinds: FaultKind[] = [
  '503',
  'connection-reset',
  'slow',
  'lost-response',
  'captive-portal',
  'captive-portal-401',
];

/** How long a hanging call lasts is its caller's time-out: half a minute. */
const hangingFault: FaultSpec = { kind: 'hang', methods: ['history.list', 'messages.list'], times: 1 };

export type FaultInjector = {
  /** Changes what goes wrong; answers for how long it stays so, in milliseconds. */
  change(): Promise<number>;
  clear(): Promise<void>;
  /** What is wrong now, in words. */
  describe(): string;
};

/** Faults that come and go. `hangs`: also calls that hang until their caller gives up. */
export function createFaultInjector({
  google,
  pool,
  accounts,
  random,
  hangs,
}: {
  google: SimulatedGoogle;
  pool: pg.Pool;
  accounts: string[];
  random: SeededRandom;
  hangs: boolean;
}): FaultInjector {
  let activeFaults: string[] = [];
  let lastUnauthorized = Number.NEGATIVE_INFINITY;

  async function injectFault({
    kind,
    methods,
    probability = [0.2, 1],
    times: most,
  }: FaultSpec): Promise<void> {
    const account = random.maybe(0.4) ? '*' : random.pick(accounts);
    const method = random.pick(methods);
    await google.fault({
      kind,
      account,
      method,
      times: most ?? null,
      probability: probability[0] + random.next() * (probability[1] - probability[0]),
      retryAfterSeconds: random.between(1, 4),
      // Found again within the waits of a reader (inbound/fetch.ts).
      delayMs: kind === 'not-found-yet' ? 3_000 : random.between(200, 6_000),
    });
    activeFaults.push(`${kind} on ${method} of ${account}`);
  }

  /** Access tokens near their end, or past it: every process wants to refresh them at once. */
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

  return {
    async change() {
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
    },
    async clear() {
      await google.clearFaults();
      activeFaults = [];
    },
    describe: () => activeFaults.join(', ') || 'fair',
  };
}
