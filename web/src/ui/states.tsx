import { Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCloudOff, IconInbox } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ProblemError } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import styles from './states.module.css';

/** Shown in place of content that does not exist; `children` are actions. */
export function EmptyState({
  title,
  icon: Icon = IconInbox,
  text,
  children,
}: {
  title: string;
  icon?: typeof IconInbox;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <Center h="100%" p="xl">
      <Stack gap={6} align="center" ta="center" maw={360}>
        <span className={styles.picture}>
          <Icon size={28} stroke={1.5} aria-hidden />
        </span>
        <Title order={2}>{title}</Title>
        {text && (
          <Text c="var(--text-muted)" style={{ textWrap: 'balance' }}>
            {text}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}

/** The error of a query, with a button that retries it. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const isProblem = error instanceof ProblemError;
  return (
    <div role="alert" style={{ height: '100%' }}>
      <EmptyState
        icon={IconCloudOff}
        title={isProblem ? error.message : t('unreachable.title')}
        text={isProblem ? error.detail : t('unreachable.detail')}
      >
        {retry && (
          <Button mt="sm" variant="default" onClick={retry}>
            {t('common.tryAgain')}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}

/** Placeholder lines, shown only when loading takes a noticeable time. */
export function LoadingState({ lines = 4 }: { lines?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <Stack p="md" gap="md" aria-label={t('common.loading')} role="status">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} h={40} />
      ))}
    </Stack>
  );
}
