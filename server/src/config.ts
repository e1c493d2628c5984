import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { type GoogleClientConfig, googleAddresses } from './google/config.ts';
import type { KeyFile } from './google/event-stream.ts';
import type { Channel, PushTarget } from './google/pubsub.ts';
import type { ProviderConfig } from './identities/provider.ts';
import { passwordLength } from './instances/passwords.ts';
import { isNetwork } from './network/network-access.ts';
import { StartupError } from './problems.ts';
import { readOrCreateSecrets, type Secrets } from './secrets.ts';
import type { FilePlaces } from './stores/file-stores.ts';
import { parseBucket, type S3Settings } from './stores/s3.ts';

export type Role = 'all' | 'web' | 'worker';

/** All that can be set from outside, checked. */
export type Config = {
  role: Role;
  dataDirectory: string;
  /** null: the program starts a Postgres of its own in the data directory. */
  databaseUrl: string | null;
  /** Where `databaseUrl` leads through a pooler: Postgres itself, for one connection of each process. */
  databaseDirectUrl: string | null;
  host: string;
  port: number;
  /** The address people open, without a slash at the end. */
  url: string;
  /** Seals what is stored, and signs cookies and links: the first one; the others open what they sealed. */
  secrets: Secrets;
  /** The secrets are those of the data directory, and not of POSTROOM_SECRET. */
  secretsInDataDirectory: boolean;
  /** Where the files of messages are kept. */
  files: FilePlaces;
  firstAdmin: { email: string; password: string } | null;
  /** null: no Google client is configured, so no address can be connected. */
  google: GoogleClientConfig | null;
  /** Where people can sign in besides their password. */
  signInProviders: ProviderConfig[];
  /** null: no Pub/Sub topic is configured, so mailboxes are polled. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  /** null: security events are registered at Google by hand. */
  eventStreamKey: KeyFile | null;
  /** What one mailbox may spend at Gmail, as the Google Cloud project's quota has it. */
  gmailUnitsPerMinute: number;
  allowConsumerAccounts: boolean;
  /** Set where the Google simulator stands in for Google. */
  simulator: { webmailUrl: string } | null;
  demo: boolean;
  /** Reverse proxies that say where a request came from. */
  trustedProxies: string;
  /** The public keys (age) that backups are encrypted to; null: none can be made. */
  backupRecipient: string | null;
  /** Whom people ask who are sent no password link; null: nobody is named. */
  operatorContact: string | null;
  /** How many requests a program, or an address without a session, may make; a browser may make five times as many. */
  requestsPerMinute: number;
  /** Networks inside, in CIDR notation, to which webhooks may be delivered. */
  webhookNetworks: string[];
  /** A request with a `traceparent` header continues that trace; otherwise the header is ignored. */
  trustTraceparent: boolean;
  logLevel: string;
  /** Where the probes and metrics are served beside the web; null: on the port of the web alone. */
  probes: { host: string; port: number } | null;
  /** How long a process that was told to stop still takes requests, while `/readyz` says that it is stopping (ms). */
  drainMs: number;
  /** Whoever reads the metrics must send it; null: they are on the port of the probes alone. */
  metricsToken: string | null;
};

/** The path that Pub/Sub pushes to. */
export const notificationsPath = '/google/notifications';
/** The path that Google redirects back to, after a sign-in and after connecting an address. */
export const googleCallbackPath = '/oauth/google/callback';
/** The path that another OpenID Connect provider redirects back to. */
export const oidcCallbackPath = '/oauth/oidc/callback';
/** The path that Google sends security events to (Cross-Account Protection). */
export const securityEventsPath = '/google/security-events';

const url = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address', abort: true });
/** Where people open Postroom: its pages name their files from the root of a host. */
const originUrl = url.refine(
  (address) => /^https?:\/\/[^/?#@]+\/*$/i.test(address),
  'must be like https://desk.acme.com, without a path, a query or a password: give Postroom a host name of its own',
);
const postgresUrl = z.string().superRefine((address, context) => {
  const fault = faultOfPostgresUrl(address);
  if (fault) context.addIssue(fault);
});
const portNumber = z.coerce
  .number({ error: 'must be a number from 0 to 65535' })
  .int('must be a whole number from 0 to 65535')
  .min(0, 'must be a number from 0 to 65535')
  .max(65_535, 'must be a number from 0 to 65535');
const flag = z.stringbool({ error: 'must be true or false' }).default(false);

const isFilePlace = (place: string) =>
  place === 'database' || place === 'directory' || parseBucket(place) !== null;
const noFilePlace = 'must be database, directory or s3://bucket/prefix';

const minSecretLength = 32;

/** What Fastify takes as `trustProxy` (https://github.com/jshttp/proxy-addr#trust). */
const isProxy = (text: string) =>
  /^(loopback|linklocal|uniquelocal)$/.test(text) ||
  isIP(text) !== 0 ||
  (isNetwork(text) && !/\/0+$/.test(text));

const environmentSchema = z.object({
  POSTROOM_ROLE: z.enum(['all', 'web', 'worker'], { error: 'must be all, web or worker' }).default('all'),
  POSTROOM_DATA_DIR: z.string().default('data'),
  DATABASE_URL: postgresUrl.optional(),
  POSTROOM_DATABASE_DIRECT_URL: postgresUrl.optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: portNumber.default(4400),
  POSTROOM_PROBE_HOST: z.string().default('127.0.0.1'),
  POSTROOM_PROBE_PORT: portNumber.optional(),
  POSTROOM_DRAIN_SECONDS: z.coerce
    .number({ error: 'must be a number from 0 to 300' })
    .min(0, 'must be a number from 0 to 300')
    .max(300, 'must be a number from 0 to 300')
    .default(0),
  POSTROOM_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  POSTROOM_URL: originUrl.optional(),
  POSTROOM_SECRET: z
    .string()
    .min(minSecretLength, `must have at least ${minSecretLength} characters`)
    .optional(),
  POSTROOM_SECRET_PREVIOUS: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .refine(
      (list) => list.every((secret) => secret.length >= minSecretLength),
      `must hold secrets of at least ${minSecretLength} characters, separated by commas`,
    )
    .default([]),
  POSTROOM_FILES: z.string().default('database').refine(isFilePlace, noFilePlace),
  POSTROOM_FILES_FORMER: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.every(isFilePlace), noFilePlace),
  POSTROOM_S3_ENDPOINT: url.optional(),
  POSTROOM_S3_REGION: z.string().default('us-east-1'),
  POSTROOM_S3_ACCESS_KEY_ID: z.string().optional(),
  POSTROOM_S3_SECRET_ACCESS_KEY: z.string().optional(),
  POSTROOM_BACKUP_RECIPIENT: z.string().optional(),
  POSTROOM_ADMIN_EMAIL: z.email('must be an email address').optional(),
  POSTROOM_ADMIN_PASSWORD: z
    .string()
    .min(passwordLength.min, `must have at least ${passwordLength.min} characters`)
    .optional(),
  POSTROOM_TRUSTED_PROXIES: z
    .string()
    .default('loopback')
    .refine(
      (list) => list.split(',').every((proxy) => isProxy(proxy.trim())),
      'must be loopback, linklocal, uniquelocal, addresses or ranges such as 10.1.0.0/16, separated by commas',
    ),
  POSTROOM_OPERATOR_CONTACT: z.string().max(200, 'must have at most 200 characters').optional(),
  POSTROOM_REQUESTS_PER_MINUTE: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(60, 'must be at least 60')
    .default(600),
  POSTROOM_WEBHOOK_NETWORKS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.every(isNetwork), 'must be networks such as 10.1.0.0/16, separated by commas'),
  POSTROOM_ALLOW_CONSUMER_ACCOUNTS: flag,
  POSTROOM_DEMO: flag,
  POSTROOM_TRUST_TRACEPARENT: flag,
  POSTROOM_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  GOOGLE_CLIENT_ID: z.string().min(1, 'must not be empty').optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1, 'must not be empty').optional(),
  GOOGLE_ISSUER: url.default(googleAddresses.issuer),
  GOOGLE_AUTHORIZATION_URL: url.default(googleAddresses.authorization),
  GOOGLE_TOKEN_URL: url.default(googleAddresses.token),
  GOOGLE_REVOKE_URL: url.default(googleAddresses.revoke),
  GOOGLE_JWKS_URL: url.default(googleAddresses.jwks),
  GOOGLE_GMAIL_ROOT_URL: url.default(googleAddresses.gmailRoot),
  GOOGLE_PUBSUB_ROOT_URL: url.default(googleAddresses.pubsubRoot),
  GOOGLE_RISC_CONFIGURATION_URL: url.default(googleAddresses.riscConfiguration),
  GOOGLE_RISC_ROOT_URL: url.default(googleAddresses.riscRoot),
  GOOGLE_RISC_CREDENTIALS: z.string().optional(),
  GOOGLE_APPLICATION_CREDENTIALS: z.string().optional(),
  GOOGLE_SIGN_IN: flag.default(true),
  OIDC_ISSUER: url
    .refine(isEncryptedOrLocal, 'must be an https:// address, or one of this machine')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1, 'must not be empty').optional(),
  OIDC_CLIENT_SECRET: z.string().min(1, 'must not be empty').optional(),
  OIDC_NAME: z.string().trim().min(1).max(40, 'must have at most 40 characters').default('SSO'),
  OIDC_TRUST_EMAIL: flag,
  GOOGLE_PUBSUB_TOPIC: z
    .string()
    .regex(/^projects\/[^/]+\/topics\/[^/]+$/, 'must be like projects/my-project/topics/my-topic')
    .optional(),
  GOOGLE_PUBSUB_SUBSCRIPTION: z
    .string()
    .regex(
      /^projects\/[^/]+\/subscriptions\/[^/]+$/,
      'must be like projects/my-project/subscriptions/my-subscription',
    )
    .optional(),
  GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT: z.email('must be the address of a service account').optional(),
  GMAIL_UNITS_PER_MINUTE: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(600, 'must be at least 600: a message costs 20, a send 100')
    .default(6_000),
  GOOGLE_SIMULATOR_WEBMAIL_URL: url.optional(),
  // The packages of OpenTelemetry read them, and would go on without traces.
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
});

/** What the npm package's command passes to texts (command-line.ts). */
const notSettings = ['POSTROOM_COMMAND'];

/** The variables that are named as if they were settings of Postroom, and are none: misspelled, or of another version. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = [...Object.keys(environmentSchema.shape), ...notSettings];
  return Object.keys(env)
    .filter((name) => /^POST_?RO*M_/i.test(name) && !known.includes(name))
    .sort();
}

/**
 * Reads the configuration from the environment and makes the secrets that are not given, once, in
 * the data directory. Throws a StartRefused naming every fault at once.
 */
export async function readConfig(env: NodeJS.ProcessEnv): Promise<Config> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  for (const [one, other] of [
    ['POSTROOM_ADMIN_EMAIL', 'POSTROOM_ADMIN_PASSWORD'],
    ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
    ['OIDC_ISSUER', 'OIDC_CLIENT_ID'],
    ['OIDC_ISSUER', 'OIDC_CLIENT_SECRET'],
    ['POSTROOM_S3_ACCESS_KEY_ID', 'POSTROOM_S3_SECRET_ACCESS_KEY'],
  ] as const) {
    if (!given[one] !== !given[other]) {
      faults.push(`${given[one] ? other : one} is missing: it goes with ${given[one] ? one : other}`);
    }
  }
  for (const [one, other] of [
    ['GOOGLE_PUBSUB_TOPIC', 'GOOGLE_CLIENT_ID'],
    ['GOOGLE_PUBSUB_SUBSCRIPTION', 'GOOGLE_PUBSUB_TOPIC'],
    ['GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT', 'GOOGLE_PUBSUB_TOPIC'],
    ['POSTROOM_PROBE_HOST', 'POSTROOM_PROBE_PORT'],
    ['POSTROOM_DATABASE_DIRECT_URL', 'DATABASE_URL'],
  ] as const) {
    if (given[one] && !given[other]) faults.push(`${other} is missing: it goes with ${one}`);
  }
  if (given.POSTROOM_BACKUP_RECIPIENT) {
    // Loaded only where it is needed.
    const { encryptTo } = await import('./backup/encryption.ts');
    try {
      encryptTo(given.POSTROOM_BACKUP_RECIPIENT);
    } catch (error) {
      faults.push(`POSTROOM_BACKUP_RECIPIENT: ${(error as Error).message}`);
    }
  }
  const places = `${given.POSTROOM_FILES} ${given.POSTROOM_FILES_FORMER}`;
  if (places.includes('s3://') && !given.POSTROOM_S3_ACCESS_KEY_ID) {
    faults.push('POSTROOM_S3_ACCESS_KEY_ID is missing: files are in an S3 bucket');
  }
  if (hasTemporaryKeys(given)) faults.push(temporaryKeys);
  if (faults.length > 0 || !parsed.success) {
    throw new StartupError(
      `Postroom cannot start, because of ${faults.length === 1 ? 'this setting' : 'these settings'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
  const values = parsed.data;
  const ownUrl = (values.POSTROOM_URL ?? `http://${hostInUrl(values.HOST)}:${values.PORT}`).replace(
    /(?<!\/)\/+$/,
    '',
  );
  const dataDirectory = path.resolve(values.POSTROOM_DATA_DIR);
  const [current, ...former]: Secrets = values.POSTROOM_SECRET
    ? [values.POSTROOM_SECRET]
    : await readOrCreateSecrets(dataDirectory);
  return {
    role: values.POSTROOM_ROLE,
    dataDirectory,
    databaseUrl: values.DATABASE_URL ?? null,
    databaseDirectUrl: values.POSTROOM_DATABASE_DIRECT_URL ?? null,
    host: values.HOST,
    port: values.PORT,
    url: ownUrl,
    secrets: [current, ...former, ...values.POSTROOM_SECRET_PREVIOUS],
    secretsInDataDirectory: !values.POSTROOM_SECRET,
    files: {
      current: values.POSTROOM_FILES,
      former: values.POSTROOM_FILES_FORMER,
      s3: s3Settings(values),
    },
    firstAdmin: values.POSTROOM_ADMIN_EMAIL
      ? { email: values.POSTROOM_ADMIN_EMAIL, password: values.POSTROOM_ADMIN_PASSWORD! }
      : null,
    google: values.GOOGLE_CLIENT_ID
      ? {
          clientId: values.GOOGLE_CLIENT_ID,
          clientSecret: values.GOOGLE_CLIENT_SECRET!,
          addresses: {
            issuer: values.GOOGLE_ISSUER,
            authorization: values.GOOGLE_AUTHORIZATION_URL,
            token: values.GOOGLE_TOKEN_URL,
            revoke: values.GOOGLE_REVOKE_URL,
            jwks: values.GOOGLE_JWKS_URL,
            gmailRoot: values.GOOGLE_GMAIL_ROOT_URL,
            pubsubRoot: values.GOOGLE_PUBSUB_ROOT_URL,
            riscConfiguration: values.GOOGLE_RISC_CONFIGURATION_URL,
            riscRoot: values.GOOGLE_RISC_ROOT_URL,
          },
        }
      : null,
    signInProviders: signInProviders(values),
    notifications: notifications(values, ownUrl),
    eventStreamKey: eventStreamKey(values),
    gmailUnitsPerMinute: values.GMAIL_UNITS_PER_MINUTE,
    allowConsumerAccounts: values.POSTROOM_ALLOW_CONSUMER_ACCOUNTS,
    simulator: values.GOOGLE_SIMULATOR_WEBMAIL_URL
      ? { webmailUrl: values.GOOGLE_SIMULATOR_WEBMAIL_URL }
      : null,
    demo: values.POSTROOM_DEMO,
    trustedProxies: values.POSTROOM_TRUSTED_PROXIES,
    backupRecipient: values.POSTROOM_BACKUP_RECIPIENT ?? null,
    operatorContact: values.POSTROOM_OPERATOR_CONTACT ?? null,
    requestsPerMinute: values.POSTROOM_REQUESTS_PER_MINUTE,
    webhookNetworks: values.POSTROOM_WEBHOOK_NETWORKS,
    trustTraceparent: values.POSTROOM_TRUST_TRACEPARENT,
    logLevel: values.POSTROOM_LOG_LEVEL,
    probes:
      values.POSTROOM_PROBE_PORT === undefined
        ? null
        : { host: values.POSTROOM_PROBE_HOST, port: values.POSTROOM_PROBE_PORT },
    drainMs: values.POSTROOM_DRAIN_SECONDS * 1_000,
    metricsToken: values.POSTROOM_METRICS_TOKEN ?? null,
  };
}

const notPostgres =
  'must be a postgres:// address, in which special characters of the password are percent-encoded (/ as %2F)';
const severalHosts =
  'names several hosts, and Postroom opens one: give one address that moves with the primary (docs/production.md, “A standby”)';

/** What prevents an address of Postgres from being opened; null: nothing. The driver would take the first of several hosts. */
function faultOfPostgresUrl(address: string): string | null {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(address) ?? [];
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) return severalHosts;
  const parsed = URL.parse(address);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) return notPostgres;
  return parsed.searchParams.get('host')?.includes(',') ? severalHosts : null;
}

const temporaryKeys =
  'POSTROOM_S3_ACCESS_KEY_ID is a temporary key, or AWS_SESSION_TOKEN is set: keys with a session token are not\n' +
  '    supported. Give Postroom the key of a user of its own, and unset AWS_SESSION_TOKEN (docs/files.md).';

/**
 * Keys that end by themselves and need a session token: AWS marks them by their prefix
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes).
 */
function hasTemporaryKeys({
  POSTROOM_S3_ACCESS_KEY_ID: key,
  AWS_SESSION_TOKEN: token,
}: NodeJS.ProcessEnv): boolean {
  return Boolean(key && (token || key.startsWith('ASIA')));
}

/** The key file with which security events are registered: its own, or the one that Pub/Sub is used with. */
function eventStreamKey(values: z.output<typeof environmentSchema>): KeyFile | null {
  for (const setting of ['GOOGLE_RISC_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS'] as const) {
    const file = values[setting];
    if (file) return { setting, file };
  }
  return null;
}

/** Google by the client that connects addresses, and the provider of the OIDC_ settings. */
function signInProviders(values: z.output<typeof environmentSchema>): ProviderConfig[] {
  const providers: ProviderConfig[] = [];
  if (values.GOOGLE_CLIENT_ID && values.GOOGLE_SIGN_IN) {
    providers.push({
      id: 'google',
      name: 'Google',
      issuer: values.GOOGLE_ISSUER,
      clientId: values.GOOGLE_CLIENT_ID,
      clientSecret: values.GOOGLE_CLIENT_SECRET!,
      callbackPath: googleCallbackPath,
      endpoints: {
        authorization: values.GOOGLE_AUTHORIZATION_URL,
        token: values.GOOGLE_TOKEN_URL,
        jwks: values.GOOGLE_JWKS_URL,
      },
      trustsEmail: false,
      workspaceOnly: !values.POSTROOM_ALLOW_CONSUMER_ACCOUNTS,
    });
  }
  if (values.OIDC_ISSUER) {
    providers.push({
      id: 'oidc',
      name: values.OIDC_NAME,
      issuer: values.OIDC_ISSUER,
      clientId: values.OIDC_CLIENT_ID!,
      clientSecret: values.OIDC_CLIENT_SECRET!,
      callbackPath: oidcCallbackPath,
      endpoints: null,
      trustsEmail: values.OIDC_TRUST_EMAIL,
      workspaceOnly: false,
    });
  }
  return providers;
}

/** Tokens and secrets leave this machine by https: only. */
function isEncryptedOrLocal(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

/** The S3 server of files and backups; null without keys to it. */
function s3Settings(values: z.output<typeof environmentSchema>): S3Settings | null {
  const region = values.POSTROOM_S3_REGION;
  const [accessKeyId, secretAccessKey] = [
    values.POSTROOM_S3_ACCESS_KEY_ID,
    values.POSTROOM_S3_SECRET_ACCESS_KEY,
  ];
  if (!accessKeyId || !secretAccessKey) return null;
  return {
    endpoint: values.POSTROOM_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    region,
    accessKeyId,
    secretAccessKey,
  };
}

/** The channel of the topic configured; the subscription is named after it where it has no name of its own. */
function notifications(values: z.output<typeof environmentSchema>, ownUrl: string): Config['notifications'] {
  const topic = values.GOOGLE_PUBSUB_TOPIC;
  if (!topic || !values.GOOGLE_CLIENT_ID) return null;
  const subscription =
    values.GOOGLE_PUBSUB_SUBSCRIPTION ?? `${topic.replace('/topics/', '/subscriptions/')}-postroom`;
  const serviceAccount = values.GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT;
  const push = serviceAccount ? { endpoint: `${ownUrl}${notificationsPath}`, serviceAccount } : null;
  return { channel: { topic, subscription }, push };
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
