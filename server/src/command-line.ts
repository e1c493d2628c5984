import path from 'node:path';

/**
 * How a command of this installation is typed, for texts that name one. The npm package's command passes the way it was
 * started itself in POSTROOM_COMMAND (scripts/cli.mjs); a service starts the package's server without it. Otherwise
 * this is a checkout.
 */
export function commandLine(
  words: string,
  command = process.env.POSTROOM_COMMAND ?? commandOfPackage(import.meta.dirname),
): string {
  if (command) return `${command} ${words}`;
  return words === 'start' ? 'npm start' : `npm run postroom -- ${words}`;
}

/** The command that npm made for the package to which a folder `server/src` belongs; empty for that of a checkout. */
export function commandOfPackage(folder: string): string {
  const packages = path.resolve(folder, '../../..');
  return path.basename(packages) === 'node_modules' ? path.join(packages, '.bin', 'postroom') : '';
}
