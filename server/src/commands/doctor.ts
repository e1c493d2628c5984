import { access, constants, statfs } from 'node:fs/promises';
import { readPause } from '../backup/pause.ts';
import { commandLine } from '../command-line.ts';
import { type Config, unknownSettings } from '../config.ts';
import { type Connection, connect, type Deployment } from '../database/connect.ts';
import { compareMigrations } from '../database/migrate.ts';
import { findMissingRights } from '../database/rights.ts';
import { googleAddresses } from '../google/config.ts';
import { checkSetUp } from '../google/set-up/check.ts';
import { checkDiscovery } from '../identities/provider.ts';
import { unreachableOrganizations } from '../identities/required-sign-in.ts';
import { translateProblem } from '../locales/translate.ts';
import { redirectUri } from '../mailboxes/connection-deps.ts';
import { resealAll } from '../mailboxes/reseal.ts';
import { setUpEvidence } from '../mailboxes/set-up-evidence.ts';
import { readRunningUrl } from '../operations/process-reports.ts';
import { openFileStores } from '../stores/file-stores.ts';
import { checkFiles } from './check-files.ts';
import { bad, type Finding, good } from './finding.ts';
import { disconnectedMailboxes, stuckWork } from './stuck-work.ts';

/** Below this the disk of the data directory is about to be full. */
const minFreeBytes = 2e9;
const minPostgres = 15;
const maxClockSkewMs = 5_000;

type Opened = { connection: Connection; close(): Promise<void> };

/**
 * Looks for what is usually wrong, changes nothing, and says what mends each fault. A check that needs what is missing
 * already is left out.
 */
export async function examine(
  given: Config,
  open: () => Promise<Opened>,
  env: NodeJS.ProcessEnv = {},
): Promise<Finding[]> {
  const findings = [...checkNames(env), ...(await checkDataDirectory(given))];
  const opened = await open().catch((error: Error) => error);
  if (opened instanceof Error) return [...findings, databaseAway(given, opened)];
  const deployment = connect(opened.connection, { max: 2 });
  try {
    const server = await checkServer(deployment).catch((error: Error) => [databaseAway(given, error)]);
    findings.push(...server);
    if (server.some(({ advice }) => advice)) return findings;
    const config = { ...given, url: (await readRunningUrl(deployment)) ?? given.url };
    const paused = await readPause(deployment);
    if (paused && !paused.resumedAt) {
      findings.push(
        bad(
          `This is a copy restored from a backup of ${paused.backupAt.toISOString()}, and paused: nothing is read or sent.`,
          `Once the original is off for good, type: ${commandLine('resume')}`,
        ),
      );
    }
    findings.push(...(await checkFiles(deployment, openFileStores(config.files, config.dataDirectory))));
    findings.push(...(await checkSecret(deployment, config)));
    findings.push(...(await disconnectedMailboxes(deployment, config.url)));
    findings.push(...(await stuckWork(deployment, { isPaused: paused !== null && !paused.resumedAt })));
    if (!paused || paused.resumedAt) findings.push(...(await checkGoogle(deployment, config)));
    findings.push(...(await checkSignIn(deployment, config)));
    return findings;
  } finally {
    await deployment.pool.end();
    await opened.close();
  }
}

/** Variables that Postroom does not read, although their names say that it should. */
function checkNames(env: NodeJS.ProcessEnv): Finding[] {
  return unknownSettings(env).map((name) =>
    bad(
      `Postroom has no setting ${name}: it is ignored.`,
      'Compare its name with the settings in README.md.',
    ),
  );
}

async function checkDataDirectory({ dataDirectory, databaseUrl }: Config): Promise<Finding[]> {
  try {
    await access(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [
      bad(
        `The data directory ${dataDirectory} cannot be used: ${(error as Error).message}.`,
        `Give this user the right to write there: sudo chown -R "$USER" ${dataDirectory}`,
      ),
    ];
  }
  const { bavail, bsize } = await statfs(dataDirectory);
  const free = `${((bavail * bsize) / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;
  if (bavail * bsize < minFreeBytes) {
    return [
      bad(
        `Only ${free} are free on the disk of ${dataDirectory}${databaseUrl ? '' : ', which holds the database'}.`,
        `Free space there; see what takes it: du -xh ${dataDirectory} | sort -h | tail`,
      ),
    ];
  }
  return [good(`The data directory ${dataDirectory} can be written; ${free} are free on its disk.`)];
}

function databaseAway({ databaseUrl }: Config, { message }: Error): Finding {
  return databaseUrl
    ? bad(
        `The database of DATABASE_URL cannot be used: ${message}.`,
        'Try the same address: psql "$DATABASE_URL" -c "select 1"',
      )
    : bad(
        `The embedded Postgres cannot be used: ${message}.`,
        `Start Postroom and read what it says: ${commandLine('start')}`,
      );
}

/** The version, clock and rights of Postgres, and whether the tables are those of this Postroom. */
async function checkServer(deployment: Deployment): Promise<Finding[]> {
  const { pool } = deployment;
  const { rows } = await pool.query<{ version: number; user: string; now: Date }>(
    `select current_setting('server_version_num')::int / 10000 as version, current_user as user,
      clock_timestamp() as now`,
  );
  const { version, user, now } = rows[0]!;
  const findings: Finding[] = [];
  const skew = now.getTime() - Date.now();
  if (version < minPostgres)
    findings.push(
      bad(`Postgres is version ${version}.`, `Postroom needs ${minPostgres} or newer: upgrade it.`),
    );
  if (Math.abs(skew) > maxClockSkewMs) {
    findings.push(
      bad(
        `The clock of Postgres is ${Math.abs(Math.round(skew / 1_000))} s ${skew > 0 ? 'ahead of' : 'behind'} this machine’s.`,
        'Let both follow a time server: sudo timedatectl set-ntp true',
      ),
    );
  }
  for (const { what, sql } of await findMissingRights(deployment)) {
    findings.push(bad(`The database user ${user} ${what}.`, `As an admin of Postgres: ${sql}`));
  }
  if (findings.length > 0) return findings;
  return [
    good(`Postgres ${version} answers; its clock is right and ${user} has the rights it needs.`),
    await checkMigrations(deployment),
  ];
}

async function checkMigrations(deployment: Deployment): Promise<Finding> {
  const compared = await compareMigrations(deployment);
  if (!compared)
    return bad(
      'The database has no tables yet.',
      `Start Postroom, which creates them: ${commandLine('start')}`,
    );
  const { unknown, missing } = compared;
  if (unknown.length > 0) {
    return bad(
      'The tables are of a newer Postroom than this one.',
      'Install the version that ran last, or restore a backup that was made before the upgrade: docs/backup.md',
    );
  }
  if (missing.length > 0) {
    return bad(
      `The tables are of an older Postroom (${missing.length} changes are missing).`,
      `Start this one, which brings them up to date: ${commandLine('start')}`,
    );
  }
  return good('The tables are those of this Postroom.');
}

async function checkSecret(
  deployment: Deployment,
  { secrets, secretsInDataDirectory }: Config,
): Promise<Finding[]> {
  const { resealed, unreadable } = await resealAll(deployment, secrets, { dry: true });
  const lost = Object.entries(unreadable).map(([column, count]) => `${count} in ${column}`);
  if (lost.length > 0) {
    return [
      bad(
        `No known secret opens some sealed values (${lost.join(', ')}).`,
        'Add the former secret to POSTROOM_SECRET_PREVIOUS and start again. If it is lost, reconnect the addresses,\n' +
          `make new secrets for the webhooks, and for each person with a second step: ${commandLine('admin reset ADDRESS --two-factor')}`,
      ),
    ];
  }
  if (resealed > 0)
    return [
      bad(
        `${resealed} values are sealed with a former secret.`,
        `Start every process again, which seals them with the current one; afterwards also: ${commandLine('secret reseal')}`,
      ),
    ];
  const former = secrets.length - 1;
  if (former > 0) {
    const advice = secretsInDataDirectory ? commandLine('secret forget') : 'remove POSTROOM_SECRET_PREVIOUS';
    return [good(`The current secret opens every sealed value; former ones are not needed (${advice}).`)];
  }
  return [good('The secret opens every sealed value.')];
}

/** The provider of the OIDC_ settings, and organizations that require one that is not configured. */
async function checkSignIn(deployment: Deployment, { signInProviders, url }: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const oidc = signInProviders.find(({ id }) => id === 'oidc');
  if (oidc) {
    const failure = await checkDiscovery(oidc).then(
      () => null,
      ({ message }: Error) => message,
    );
    findings.push(
      failure === null
        ? good(`${oidc.name} answers at ${oidc.issuer}; its redirect URI is ${url}${oidc.callbackPath}.`)
        : bad(
            `Nobody can sign in with ${oidc.name}, at ${oidc.issuer}: ${failure}.`,
            `Read what it publishes: curl ${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
          ),
    );
  }
  const configured = signInProviders.map(({ id }) => id);
  for (const { slug, provider } of await unreachableOrganizations(deployment, configured)) {
    findings.push(
      bad(
        `The organization ${slug} requires ${provider === 'google' ? 'Google' : 'the provider of OIDC_ISSUER'} for signing in, which is not configured.`,
        `Configure it again (docs/security.md), or: ${commandLine(`admin allow-passwords ${slug}`)}`,
      ),
    );
  }
  return findings;
}

/** The address of Postroom, its client and redirect URI at Google, and the channel for notifications. */
async function checkGoogle(
  deployment: Deployment,
  { google, url, notifications }: Config,
): Promise<Finding[]> {
  if (!google)
    return [
      bad('No Google client is configured.', 'Set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET: docs/google.md'),
    ];
  const checks = await checkSetUp({
    google,
    addresses: google?.addresses ?? googleAddresses,
    url,
    redirectUri: redirectUri(url),
    notifications,
    evidence: await setUpEvidence(deployment, new Date()),
  });
  return checks.flatMap((check) => {
    const { title, detail } = translateProblem('en', check, 'googleChecks');
    if (check.state === 'ok') return [good(title)];
    return check.state === 'wrong' || check.state === 'missing' ? [bad(title, detail)] : [];
  });
}
