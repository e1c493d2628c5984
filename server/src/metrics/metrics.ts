import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

// What this process counts about itself, in the text format of Prometheus
// (prometheus.io/docs/instrumenting/exposition_formats). No label holds an address, an organization or a subject.
// What the database knows of the whole deployment is in operations/deployment-figures.ts.

/** The figures of this process. */
export const processFigures = new Registry();
const registers = [processFigures];

collectDefaultMetrics({ register: processFigures, prefix: 'postroom_' });

/** `route` is the pattern and not the path; live streams are counted when they end, and not timed. */
export const httpRequests = new Counter({
  name: 'postroom_http_requests_total',
  help: 'HTTP requests answered, by route pattern, method and status',
  labelNames: ['route', 'method', 'status'] as const,
  registers,
});

export const httpDuration = new Histogram({
  name: 'postroom_http_request_duration_seconds',
  help: 'Time from the request to its complete answer, without live streams',
  labelNames: ['route', 'method'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});

export const liveStreams = new Gauge({
  name: 'postroom_live_streams',
  help: 'Open live event streams of this process',
  registers,
});

export const eventLag = new Histogram({
  name: 'postroom_event_lag_seconds',
  help: 'Time from an event to its writing on a live stream',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
  registers,
});

export const mailboxLooks = new Counter({
  name: 'postroom_mailbox_looks_total',
  help: 'Looks at a mailbox: `idle` found nothing new, `busy` found that another process reads it',
  labelNames: ['result'] as const,
  registers,
});

export const looksInFlight = new Gauge({
  name: 'postroom_mailbox_looks_in_flight',
  help: 'Looks at a mailbox that run in this process',
  registers,
});

export const lookLateness = new Histogram({
  name: 'postroom_mailbox_look_lateness_seconds',
  help: 'How long after it was due a look began; `cause`: a notification or the time',
  labelNames: ['cause'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  registers,
});

export const loopFailures = new Counter({
  name: 'postroom_loop_failures_total',
  help: 'Failures of recurring work; each is retried',
  labelNames: ['loop'] as const,
  registers,
});

export const loopFailing = new Gauge({
  name: 'postroom_loop_failing',
  help: 'Failures in a row of a loop of recurring work; 0 while it works',
  labelNames: ['loop'] as const,
  registers,
});

export const loopLastTurn = new Gauge({
  name: 'postroom_loop_last_turn_timestamp_seconds',
  help: 'When a loop of recurring work last asked successfully for what is due',
  labelNames: ['loop'] as const,
  registers,
});

export const loopRunning = new Gauge({
  name: 'postroom_loop_running',
  help: 'Items that a loop of recurring work is working on',
  labelNames: ['loop'] as const,
  registers,
});

export const refreshes = new Counter({
  name: 'postroom_token_refreshes_total',
  help: 'Refreshes of access tokens, by result',
  labelNames: ['result'] as const,
  registers,
});

export const googleCalls = new Counter({
  name: 'postroom_google_calls_total',
  help: 'Calls of the Gmail API, by method and result',
  labelNames: ['call', 'result'] as const,
  registers,
});

export const returnedMessages = new Counter({
  name: 'postroom_returned_messages_total',
  help: 'Reports of mail systems about sent messages, by kind; `failed` is a bounce',
  labelNames: ['kind'] as const,
  registers,
});

export const queueErrors = new Counter({
  name: 'postroom_queue_errors_total',
  help: 'Errors that the job queue reported',
  registers,
});

/** Starts every known label of a counter at 0, so that `rate` sees its first increase. */
for (const result of ['ok', 'disconnected', 'failed']) refreshes.inc({ result }, 0);
for (const kind of ['failed', 'delayed', 'complaint']) returnedMessages.inc({ kind }, 0);
for (const result of ['idle', 'read', 'stopped', 'busy', 'failed']) mailboxLooks.inc({ result }, 0);
