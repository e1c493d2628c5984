import type { Simulator } from './simulator.ts';

/**
 * How a call fails. `lost-response`: the request is executed, but the response is never sent; `slow`: the
 * response is late; `late`: the request is executed late; `replaced-response`: it is executed, and a proxy responds with
 * 404 and a page of its own. `not-yet`: messages.get does not find a message newer than `delayMs`. `portal`,
 * `portal-401`: a proxy or captive portal responds with a page of its own. `invalid_rapt`: `token` only.
 * `no-raw`: the response of messages.get lacks `raw`. `precondition`: 400 "Precondition check failed.".
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
  | 'precondition'
  | 'unauthorized'
  | 'not-found'
  | 'not-found-yet'
  | 'no-raw'
  | '400'
  | '500'
  | '502'
  | '503'
  | '504'
  | 'captive-portal'
  | 'captive-portal-401'
  | 'hang'
  | 'connection-reset'
  | 'slow'
  | 'late'
  | 'lost-response'
  | 'replaced-response';

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
  /** For `slow`, `late` and `not-yet`: milliseconds. */
  delayMs: number;
};

const faultsOf = new WeakMap<Simulator, Fault[]>();

/** The current faults, in memory only. */
export function faults(simulator: Simulator): Fault[] {
  const existing = faultsOf.get(simulator) ?? [];
  faultsOf.set(simulator, existing);
  return existing;
}

/** A fault of the calls that read, change or send one message; independent of the other faults. */
export type MessageFault = Fault & {
  /** The message's Gmail id, its Message-ID with angle brackets, or its subject. */
  message: string;
};

const messageFaultsOf = new WeakMap<Simulator, MessageFault[]>();

/** The current faults of single messages, in memory only. */
export function messageFaults(simulator: Simulator): MessageFault[] {
  const existing = messageFaultsOf.get(simulator) ?? [];
  messageFaultsOf.set(simulator, existing);
  return existing;
}

/**
 * The fault that applies to this call, if any; counts the call. `messageNames`: how a message fault may name
 * the message of the call.
 */
export function takeFault(
  simulator: Simulator,
  account: string,
  method: string,
  messageNames: () => string[] = () => [],
): Fault | null {
  const ofMessages = messageFaults(simulator);
  const names = ofMessages.length > 0 ? messageNames() : [];
  return (
    takeFrom(ofMessages, account, method, ({ message }) => names.includes(message)) ??
    takeFrom(faults(simulator), account, method)
  );
}

function takeFrom<Kind extends Fault>(
  list: Kind[],
  account: string,
  method: string,
  applies: (fault: Kind) => boolean = () => true,
): Kind | null {
  const fault = list.find(
    (one) =>
      (one.account === '*' || one.account === account) &&
      (one.method === '*' || one.method === method) &&
      applies(one) &&
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
