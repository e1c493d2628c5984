import { type StoredProblem, storedProblem } from '../problems.ts';
import type { GoogleFailure } from './errors.ts';
import type { IncompleteMessage } from './messages.ts';

/** What Google says, or why it says nothing, when a mailbox or one of its messages cannot be read. */
export function readingProblem(failure: GoogleFailure | IncompleteMessage): StoredProblem {
  switch (failure.kind) {
    case 'incomplete':
      return storedProblem('gmail-message-incomplete');
    case 'refused':
      return failure.problem;
    case 'rate-limited':
      return storedProblem(failure.project ? 'reading-project-limit' : 'reading-limited');
    case 'retry':
      if (failure.message) return storedProblem('google-answered', { message: failure.message });
      if (failure.cause === 'unexpected-answer') return storedProblem('not-google-answered');
      if (failure.cause === 'google-busy') return storedProblem('google-answered-error');
      return storedProblem('google-unreachable');
    default:
      return storedProblem('google-answered-error');
  }
}
