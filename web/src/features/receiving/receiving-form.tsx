import { Button, Group, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ProblemError, Receiving } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RequiredNumberInput } from '../../ui/required-number-input.tsx';

/** The number of days proposed when the user turns the limit on. */
const defaultDays = 30;

const perHour = { min: 1, max: 100_000, w: '100%' } as const;

/** The receiving settings of the instance (R4, R6). */
export function ReceivingForm({
  receiving,
  save,
  saving,
  problem,
  cancel,
}: {
  receiving: Receiving;
  save(receiving: Receiving): void;
  saving: boolean;
  problem: ProblemError | null;
  cancel(): void;
}) {
  const form = useForm({
    initialValues: {
      messagesPerHour: receiving.messagesPerHour,
      formMessagesPerHour: receiving.formMessagesPerHour,
      replies: receiving.newConversationAfterDays === null ? 'reopen' : 'new',
      days: receiving.newConversationAfterDays ?? defaultDays,
    },
  });
  const { replies } = form.values;
  return (
    <form
      onSubmit={form.onSubmit(({ messagesPerHour, formMessagesPerHour, days }) =>
        save({
          messagesPerHour: Number(messagesPerHour),
          formMessagesPerHour: Number(formMessagesPerHour),
          newConversationAfterDays: replies === 'new' ? Number(days) : null,
        }),
      )}
      style={{ maxWidth: 480 }}
    >
      <Stack gap="lg">
        <RequiredNumberInput
          label={t('receiving.perHour')}
          description={t('receiving.perHourHelp')}
          {...perHour}
          {...form.getInputProps('messagesPerHour')}
        />
        <RequiredNumberInput
          label={t('receiving.formPerHour')}
          description={t('receiving.formPerHourHelp')}
          {...perHour}
          {...form.getInputProps('formMessagesPerHour')}
        />
        <Radio.Group label={t('receiving.replies')} {...form.getInputProps('replies')}>
          <Stack gap="xs" mt={6}>
            <Radio value="reopen" label={t('receiving.reopen')} />
            <Radio value="new" label={t('receiving.startNew')} />
          </Stack>
        </Radio.Group>
        {replies === 'new' && (
          <RequiredNumberInput
            label={t('receiving.days')}
            description={t('receiving.daysHelp')}
            min={1}
            max={3_650}
            maw={240}
            {...form.getInputProps('days')}
          />
        )}
        <ProblemText problem={problem} />
        <Group>
          <Button type="submit" loading={saving} disabled={!form.isDirty()}>
            {t('receiving.save')}
          </Button>
          <Button variant="subtle" color="gray" onClick={cancel}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
