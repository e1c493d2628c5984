import { Alert, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';

/** A page outside the organizations: one card with one form. */
export function CardPage({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Center mih="100%" p="md">
      <Paper withBorder p="xl" w={400} maw="100%" component="main">
        <Stack gap="md">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <Title order={1}>{title}</Title>
          {text && <Text>{text}</Text>}
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}

/** The error of a form or list, shown in place. */
export function ProblemAlert({ problem }: { problem: ProblemError | null }) {
  if (!problem) return null;
  return (
    <Alert color="red" title={problem.message} role="alert">
      {problem.detail}
    </Alert>
  );
}
