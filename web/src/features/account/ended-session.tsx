import { Suspense, useCallback, useEffect, useState } from 'react';
import type { Me } from '../../api/client.ts';
import { onEndedSession } from '../../api/ended-session.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { useSuspendedKeys } from '../../ui/use-keyboard-shortcuts.ts';
import { signedInUserId } from './signed-in-user.ts';

const SignInAgainDialog = lazyPart(() => import('./sign-in-again-dialog.tsx'));

/** Takes an ended session up again in place: requests wait until the user has signed in, then they are repeated. */
export function EndedSession({ user }: { user: Me['user'] }) {
  const [resume, setResume] = useState<((isSignedIn: boolean) => void) | null>(null);
  useSuspendedKeys(resume !== null);
  useEffect(() => {
    let pending: ((isSignedIn: boolean) => void) | null = null;
    let isOver = false;
    const end = onEndedSession(async () => {
      // Refused with a session that was replaced while the request was on its way, as changing the second step does.
      if ((await signedInUserId()) === user.id) return true;
      if (isOver) return false;
      return new Promise((resolve) => {
        pending = resolve;
        setResume(() => resolve);
      });
    });
    return () => {
      isOver = true;
      end();
      // Left for a page without a session, such as by signing out.
      pending?.(false);
    };
  }, [user.id]);
  const done = useCallback(() => {
    resume?.(true);
    setResume(null);
  }, [resume]);
  return <Suspense>{resume && <SignInAgainDialog user={user} onDone={done} />}</Suspense>;
}
