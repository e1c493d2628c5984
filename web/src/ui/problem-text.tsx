import { Text, type TextProps } from '@mantine/core';
import type { ProblemError } from '../api/client.ts';

/** What happened and what to do, below what was tried; `ProblemAlert` says it in a box. */
export function ProblemText({ problem, ...props }: { problem: ProblemError | null } & TextProps) {
  if (!problem) return null;
  return (
    <Text c="var(--error)" role="alert" {...props}>
      <b>{problem.message}</b> {problem.detail}
    </Text>
  );
}
