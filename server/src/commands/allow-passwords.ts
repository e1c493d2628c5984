import { commandLine } from '../command-line.ts';
import { endSignInRequirement } from '../identities/required-sign-in.ts';
import type { DatabaseContext } from './command-context.ts';

/**
 * Ends what an organization requires for signing in, so that its members can use their passwords again: for when nobody
 * gets in to do it under Settings > General. Returns whether there is such an organization.
 */
export async function allowPasswords(
  { deployment, database }: Pick<DatabaseContext, 'deployment' | 'database'>,
  slug: string,
  print: (line: string) => void,
): Promise<boolean> {
  const outcome = await endSignInRequirement({ deployment, database }, slug);
  if (outcome === 'no-such-organization') {
    print(`No organization has the address /${slug}.`);
    return false;
  }
  print(
    outcome === 'ended'
      ? `Members of ${slug} can sign in with their passwords again. Whoever has none: ${commandLine('admin reset ADDRESS')}`
      : `${slug} requires nothing for signing in.`,
  );
  return true;
}
