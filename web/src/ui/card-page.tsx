import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

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
