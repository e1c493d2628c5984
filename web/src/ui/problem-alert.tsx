import { Alert } from '@mantine/core';
import type { ProblemError } from '../api/client.ts';

/** What happened and what to do, in a box; `ProblemText` says it in a line. */
export function ProblemAlert({ problem }: { problem: ProblemError | null }) {
  if (!problem) return null;
  return (
    <Alert color="red" title={problem.message} role="alert">
      {problem.detail}
    </Alert>
  );
}
