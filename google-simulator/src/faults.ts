import type { Simulator } from './simulator.ts';

/**
 * How a call fails. `lost-response`: the request is executed, but the response is never sent; `slow`: the
 * response is late. `not-yet`: messages.get does not find a message newer than `delayMs`. `portal`,
 * `portal-401`: a proxy or captive portal responds with a page of its own. `invalid_rapt`: `token` only.
 */
export type FaultKind =
  | 'rate-limit'
  | 'sending-limit'
  | 'rateLimitExceeded'
  | 'userRateLimitExceeded'
  | 'dailyLimitExceeded'
  | 'domainPolicy'
  | 'insufficientPermissions'
  | 'accessNotConfigured'
  | 'invalid_rapt'
  | 'mail-off'
  | 'unauthorized'
  | 'not-found'
  | 'not-found-yet'
  | '500'
  | '502'
  | '503'
  | '504'
  | 'captive-portal'
  | 'captive-portal-401'
  | 'hang'
  | 'connection-reset'
  | 'slow'
  | 'lost-response';

/** An injected fault: for one account or '*', and one method (`messages.send`, `token` …) or '*'. */
export type Fault = {
  account: string;
  method: string;
  kind: FaultKind;
  /** How many calls it applies to; null: until removed. */
  times: number | null;
  /** The probability (0 to 1) that it applies to a matching call. */
  probability: number;
  /** For rate limits: seconds until a retry is allowed. */
  retryAfterSeconds: number;
  /** For `slow` and `not-yet`: milliseconds. */
  delayMs: number;
};

const faultsOf = new WeakMap<Simulator, Fault[]>();

/** The current faults, in memory only. */
export function faults(simulator: Simulator): Fault[] {
  const existing = faultsOf.get(simulator) ?? [];
  faultsOf.set(simulator, existing);
  return existing;
}

/** The fault that applies to this call, if any; counts the call. */
export function takeFault(simulator: Simulator, account: string, method: string): Fault | null {
  const list = faults(simulator);
  const fault = list.find(
    (one) =>
      (one.account === '*' || one.account === account) &&
      (one.method === '*' || one.method === method) &&
      one.times !== 0 &&
      Math.random() < one.probability,
  );
  if (!fault) return null;
  if (fault.times !== null) fault.times -= 1;
  if (fault.times === 0) list.splice(list.indexOf(fault), 1);
  return fault;
}

/** The fault of notifications: dropped, duplicated or late. */
export type NotificationFault = { account: string; copies: number; delayMs: number };
const notificationFaultsOf = new WeakMap<Simulator, NotificationFault[]>();

export function notificationFaults(simulator: Simulator): NotificationFault[] {
  const existing = notificationFaultsOf.get(simulator) ?? [];
  notificationFaultsOf.set(simulator, existing);
  return existing;
}
