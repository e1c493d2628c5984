/**
 * How a command of this installation is typed, for texts that name one. The npm package's command passes the way it was
 * started itself in POSTROOM_COMMAND (scripts/cli.mjs); without that this is a checkout.
 */
export function commandLine(words: string, command = process.env.POSTROOM_COMMAND): string {
  if (command) return `${command} ${words}`;
  return words === 'start' ? 'npm start' : `npm run postroom -- ${words}`;
}
