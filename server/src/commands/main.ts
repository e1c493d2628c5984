import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { StartupError } from '../problems.ts';
import { openCommandContext } from './command-context.ts';
import { verify } from './verify.ts';

const usage = `Usage: npm run postroom -- verify [--mailbox support@acme.com] [--instance acme]

  verify   holds every connected address (or one) against what Gmail lists of it,
           fetches what is missing, and says how many of how many are here`;

// Exit status: 0 everything is stored, 1 something is missing or could not be checked, 2 wrong usage.
try {
  const { command, mailbox, instance } = readArguments();
  if (command !== 'verify') {
    console.error(usage);
    process.exit(2);
  }
  const context = await openCommandContext(await readConfig(process.env));
  // On a signal, everything it opened is closed in order, including its Postgres.
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stopping.abort(new Error('Stopped')));
  }
  try {
    const all = await verify(context, { mailbox, instance }, console.log, stopping.signal);
    process.exitCode = all && !stopping.signal.aborted ? 0 : 1;
  } finally {
    await context.close();
  }
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        mailbox: { type: 'string' },
        instance: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return { command: positionals.length === 1 ? positionals[0] : undefined, ...values };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}
