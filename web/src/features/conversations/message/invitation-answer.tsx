import { Button, Group, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatShortTime } from '../../../ui/format-short-time.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';

const choices = ['accepted', 'tentative', 'declined'] as const;

const invitationState = (instanceId: string, messageId: string) =>
  queryOptions({
    queryKey: [instanceId, 'invitations', messageId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/messages/{messageId}/invitation', {
          params: { path: { instanceId, messageId } },
        }),
      ),
  });

/** Answers a calendar invitation with Yes, Maybe or No (G3), or says why it cannot be answered. */
export function InvitationAnswer({ instanceId, messageId }: { instanceId: string; messageId: string }) {
  const client = useQueryClient();
  const query = useQuery(invitationState(instanceId, messageId));
  const answer = useMutation<unknown, ProblemError, (typeof choices)[number]>({
    mutationFn: (participation) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/messages/{messageId}/invitation', {
          params: { path: { instanceId, messageId } },
          body: { id: crypto.randomUUID(), participation },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'invitations'] }),
  });
  const invitation = query.data?.invitation;
  if (!invitation || invitation.state === 'unanswerable') return null;
  const { state, address } = invitation;
  if (state !== 'open') {
    return (
      <Text size="sm" c="var(--text-muted)" mt="xs">
        {t(`message.invitation.answer.${state}`)}
      </Text>
    );
  }
  const given = invitation.answer;
  const chosen = answer.isPending ? answer.variables : given?.participation;
  return (
    <section aria-label={t('message.invitation.answer.label', { address: address ?? '' })}>
      <Group gap="xs" mt="sm">
        {choices.map((participation) => (
          <Button
            key={participation}
            size="compact-sm"
            variant={chosen === participation ? 'filled' : 'default'}
            aria-pressed={chosen === participation}
            disabled={answer.isPending}
            onClick={() => participation !== chosen && answer.mutate(participation)}
          >
            {t(`message.invitation.answer.${participation}`)}
          </Button>
        ))}
      </Group>
      <Text size="xs" c="var(--text-muted)" mt={4} role="status">
        {given
          ? t('message.invitation.answer.given', {
              name: given.by,
              address: address ?? '',
              when: formatShortTime(new Date(given.at), new Date()),
            })
          : t('message.invitation.answer.label', { address: address ?? '' })}
      </Text>
      <ProblemText problem={answer.error} size="sm" mt={4} />
    </section>
  );
}
