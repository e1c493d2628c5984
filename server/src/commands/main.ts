import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { StartupError } from '../problems.ts';
import { openCommandContext, openDatabaseContext } from './command-context.ts';
import { resetPassword } from './reset-password.ts';
import { verify } from './verify.ts';

const usage = `Usage: npm run postroom -- verify [--mailbox support@acme.com] [--instance acme]
       npm run postroom -- admin reset ana@acme.com [--two-factor]

  verify       holds every connected address (or one) against what Gmail lists of it,
               fetches what is missing, and says how many of how many are here
  admin reset  prints a link with which the user of this address sets a new password,
               once, within an hour; with --two-factor it turns the second step off too`;

// Exit status: 0 done, 1 something is missing or could not be done, 2 wrong usage.
try {
  const { positionals, mailbox, instance, 'two-factor': twoFactor } = readArguments();
  const [command, ...more] = positionals;
  if (command === 'verify' && more.length === 0 && !twoFactor) await runVerify({ mailbox, instance });
  else if (command === 'admin' && more[0] === 'reset' && more.length === 2 && !mailbox && !instance) {
    await runReset(more[1]!, twoFactor);
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}

async function runVerify(filter: { mailbox: string | undefined; instance: string | undefined }) {
  const context = await openCommandContext(await readConfig(process.env));
  // On a signal, everything it opened is closed in order, including its Postgres.
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stopping.abort(new Error('Stopped')));
  }
  try {
    const all = await verify(context, filter, console.log, stopping.signal);
    process.exitCode = all && !stopping.signal.aborted ? 0 : 1;
  } finally {
    await context.close();
  }
}

async function runReset(email: string, twoFactor: boolean) {
  const config = await readConfig(process.env);
  const context = await openDatabaseContext(config);
  try {
    const found = await resetPassword(context, { email, twoFactor, url: config.url }, console.log);
    process.exitCode = found ? 0 : 1;
  } finally {
    await context.close();
  }
}

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        mailbox: { type: 'string' },
        instance: { type: 'string' },
        'two-factor': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return { positionals, ...values };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}
