import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useNarrow } from '../ui/use-narrow.ts';
import type { ComposerState } from './use-prepared-composer.ts';

/** The composer of a step in the browser's history. */
type Step = { composer?: Omit<ComposerState, 'sessionKey'> };

/**
 * On a phone, where the composer takes the screen, makes it a step of the browser's history: Back closes it and
 * shows the conversation; the draft is saved as with any closed composer. Opens it again where the user returns
 * to that step.
 */
export function ComposerHistory({
  composer,
  setComposer,
}: {
  composer: ComposerState | null;
  setComposer(composer: ComposerState | null): void;
}): null {
  const { history } = useRouter();
  const isNarrow = useNarrow();
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const step = () => (history.location.state as Step).composer;
  const isOpen = composer !== null;

  const open = useEffectEvent(() => {
    const { kind, all, forwardedId } = composer!;
    const state: Step = { composer: { kind, ...(all && { all }), ...(forwardedId && { forwardedId }) } };
    if (!step()) history.push(history.location.href, state as never);
  });
  const follow = useEffectEvent(() => {
    const current = step();
    if (isOpen && !current) setComposer(null);
    else if (!isOpen && current) setComposer({ ...current, sessionKey: 0 });
  });
  useEffect(() => {
    if (!isNarrow || !isOpen) return;
    clearTimeout(leaving.current);
    const { pathname } = history.location;
    open();
    return () => {
      // After a link to another page the step stays in the history, before that page.
      leaving.current = setTimeout(() => {
        if (history.location.pathname === pathname && step()) history.back();
      }, 0);
    };
  }, [isNarrow, isOpen, history]);
  useEffect(() => {
    if (!isNarrow) return;
    if (!isOpen && step()) follow();
    return history.subscribe(() => follow());
  }, [isNarrow, history]);
  return null;
}
