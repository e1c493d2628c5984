import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';
import { ProblemAlert } from './problem-alert.tsx';

/** The form of a card: its fields, the problem, the button that sends it, and anything below. */
export function CardForm({
  onSubmit,
  problem,
  submitLabel,
  isPending,
  children,
  below,
}: {
  onSubmit(): void;
  problem: ProblemError | null;
  submitLabel: string;
  isPending: boolean;
  children: ReactNode;
  below?: ReactNode;
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      style={{ display: 'grid', gap: 16 }}
    >
      {children}
      <ProblemAlert problem={problem} />
      <Button type="submit" loading={isPending}>
        {submitLabel}
      </Button>
      {below}
    </form>
  );
}
