import { Drawer, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { hasFailed } from '../../../api/has-failed.ts';
import { messageSource } from '../../../api/queries/messages.ts';
import { t } from '../../../locales/messages.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import styles from './source-drawer.module.css';

/** The header fields of a message, decoded, and its raw text. */
export default function SourceDrawer({
  instanceId,
  messageId,
  onClose,
}: {
  instanceId: string;
  messageId: string;
  onClose(): void;
}) {
  useReturnFocus();
  const query = useQuery(messageSource(instanceId, messageId));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={<b>{t('source.title')}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Tabs defaultValue="headers" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="headers">{t('source.headers')}</Tabs.Tab>
            <Tabs.Tab value="source">{t('source.source')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="headers" pt="sm">
            <dl className={styles.headers}>
              {query.data.headers.map(({ name, value }, at) => (
                <div key={at}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </Tabs.Panel>
          <Tabs.Panel value="source" pt="sm">
            {query.data.truncated && (
              <Text size="xs" c="var(--text-muted)" mb="xs">
                {t('source.truncated')}
              </Text>
            )}
            <pre className={styles.source}>{query.data.source}</pre>
          </Tabs.Panel>
        </Tabs>
      )}
    </Drawer>
  );
}
