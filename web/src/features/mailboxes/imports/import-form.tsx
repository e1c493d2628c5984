import { Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { importTime } from './import-time.ts';

type Scope = { by: 'days'; days: number } | { by: 'search'; query: string };
type Estimate = { found: number; missing: number; more: boolean; seconds: number };

/** Asks what to import; an estimate comes before the import can be started. */
export function ImportForm({ instanceId, mailboxId }: { instanceId: string; mailboxId: string }) {
  const client = useQueryClient();
  const [by, setBy] = useState<Scope['by']>('days');
  const [days, setDays] = useState<number>(30);
  const [query, setQuery] = useState('');
  const params = { path: { instanceId, mailboxId } };
  const scope: Scope = by === 'days' ? { by, days } : { by, query: query.trim() };
  const estimate = useMutation<Estimate, ProblemError, Scope>({
    mutationFn: (body) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/mailboxes/{mailboxId}/import-estimates', { params, body }),
      ),
  });
  const start = useMutation<unknown, ProblemError, Scope>({
    mutationFn: (body) =>
      unwrapResponse(api.POST('/api/instances/{instanceId}/mailboxes/{mailboxId}/imports', { params, body })),
    onSuccess: () => {
      estimate.reset();
      return client.invalidateQueries({ queryKey: [instanceId, 'mailboxes', mailboxId, 'imports'] });
    },
  });
  /** What was estimated is what is imported: another choice is estimated again. */
  const change = (apply: () => void) => {
    apply();
    estimate.reset();
    start.reset();
  };
  const problem = estimate.error ?? start.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        estimate.mutate(scope);
      }}
    >
      <Stack gap="sm" align="flex-start" maw={480}>
        <SegmentedControl
          aria-label={t('import.what')}
          value={by}
          onChange={(value) => change(() => setBy(value as Scope['by']))}
          data={[
            { value: 'days', label: t('import.byDays') },
            { value: 'search', label: t('import.bySearch') },
          ]}
        />
        {by === 'days' ? (
          <NumberInput
            label={t('import.days')}
            value={days}
            onChange={(value) => change(() => setDays(Number(value)))}
            min={1}
            max={36_500}
            allowDecimal={false}
            w={160}
          />
        ) : (
          <TextInput
            label={t('import.query')}
            description={t('import.queryHelp')}
            value={query}
            onChange={(event) => change(() => setQuery(event.currentTarget.value))}
            maxLength={500}
            spellCheck={false}
            w="100%"
          />
        )}
        <div aria-live="polite">{estimate.data && <Text size="sm">{estimateText(estimate.data)}</Text>}</div>
        <ProblemText problem={problem} size="sm" />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={estimate.isPending}
            disabled={by === 'days' ? days < 1 : query.trim() === ''}
          >
            {t('import.estimate')}
          </Button>
          {estimate.data && estimate.data.missing > 0 && (
            <Button loading={start.isPending} onClick={() => start.mutate(scope)}>
              {t('import.start')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function estimateText({ found, missing, more, seconds }: Estimate): string {
  if (found === 0) return t('import.none');
  const here = found - missing;
  return [
    t('import.found', { count: missing, more: String(more), time: importTime(seconds) }),
    ...(here > 0 ? [t('import.alreadyHere', { count: here })] : []),
  ].join(' ');
}
