import { useEffect, useState } from 'react';
import type { Conversation } from '../../../api/client.ts';

type Status = Conversation['status'];

/** A change of somebody else counts as seen after so many milliseconds. */
const noticeMs = 1_000;

/**
 * The status that the user has seen, by which a key decides what it does: where a colleague sets the conversation
 * to done a moment before the user does, the key must not open it again. `ownStatus` is the one the user set last.
 */
export function useSeenStatus(status: Status | undefined, ownStatus: Status | undefined): Status | undefined {
  const [seen, setSeen] = useState(status);
  const isNew = status !== seen;
  const isOwn = seen === undefined || status === ownStatus;
  useEffect(() => {
    if (!isNew) return;
    const timer = setTimeout(() => setSeen(status), isOwn ? 0 : noticeMs);
    return () => clearTimeout(timer);
  }, [isNew, isOwn, status]);
  return isNew && isOwn ? status : seen;
}
