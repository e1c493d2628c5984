import { Alert, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';

/** A page of its own, outside any inbox: one card with one thing to do. */
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

/** What was refused, in the place where it was asked for. */
export function ProblemAlert({ problem }: { problem: ProblemError | null }) {
  if (!problem) return null;
  return (
    <Alert color="red" title={problem.message} role="alert">
      {problem.detail}
    </Alert>
  );
}
