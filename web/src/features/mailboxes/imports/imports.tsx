import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Mailbox } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { mailboxImports } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { ErrorState } from '../../../ui/states.tsx';
import { ImportForm } from './import-form.tsx';
import { ImportRow } from './import-row.tsx';

/** Older mail of an address (G1): a form with an estimate, and the imports with their progress. */
export function Imports({ instanceId, mailbox }: { instanceId: string; mailbox: Mailbox }) {
  const query = useQuery(mailboxImports(instanceId, mailbox.id));
  const imports = query.data?.imports ?? [];
  return (
    <section aria-label={t('import.title')}>
      <Title order={2} mb="xs">
        {t('import.title')}
      </Title>
      <Text size="sm" c="var(--text-muted)" maw={640} mb="md">
        {t('import.text')}
      </Text>
      {mailbox.state !== 'disconnected' && <ImportForm instanceId={instanceId} mailboxId={mailbox.id} />}
      {hasFailed(query) && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {imports.length > 0 && (
        <Stack
          component="ul"
          aria-label={t('import.list')}
          gap="lg"
          mt="lg"
          p={0}
          style={{ listStyle: 'none' }}
        >
          {imports.map((one) => (
            <ImportRow key={one.id} instanceId={instanceId} mailboxId={mailbox.id} value={one} />
          ))}
        </Stack>
      )}
    </section>
  );
}
