import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { use } from 'react';
import { api, type Message, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges, isBeingChanged } from '../../../api/own-changes.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { discardHeldKeys, holdKeys } from '../../../ui/hold-keys.ts';
import { UndoSendContext } from './undo-send-context.ts';

/** A message, and the conversation that shows it. */
export type MessageProps = { instanceId: string; conversationId: string; message: Message };

/**
 * The actions on an unsent message: send now, cancel, or turn it back into a draft. Each is shown at once and sent after
 * the earlier changes of the conversation; one that is refused is shown as it was before.
 */
export function useDeliveryActions({ instanceId, conversationId, message }: MessageProps) {
  const { id: messageId, delivery } = message;
  const client = useQueryClient();
  const undoSendHandlers = use(UndoSendContext);
  const params = { path: { instanceId, messageId } };
  const { queryKey } = conversation(instanceId, conversationId);

  /** Changes the messages that are shown; resolves to what shows them as before. */
  async function show(change: (messages: Message[]) => Message[]): Promise<() => void> {
    await client.cancelQueries({ queryKey, exact: true });
    const before = client.getQueryData(queryKey);
    client.setQueryData(queryKey, before && { ...before, messages: change(before.messages) });
    return () => client.setQueryData(queryKey, before);
  }

  const showProblem = (error: ProblemError, restore: (() => void) | undefined) => {
    if (!isBeingChanged(conversationId)) restore?.();
    notifications.show({ color: 'red', title: error.message, message: error.detail });
  };
  const onSettled = () => {
    // After the answer to a later change, all of it is fetched.
    if (!isBeingChanged(conversationId)) {
      void client.invalidateQueries({ queryKey: [instanceId, 'conversation'] });
    }
  };

  const sendOrCancel = useMutation({
    mutationKey: queryKey,
    mutationFn: (decision: 'send' | 'cancel') =>
      afterEarlierChanges([conversationId], () =>
        unwrapResponse(
          api.POST('/api/instances/{instanceId}/messages/{messageId}/delivery', {
            params,
            body: { decision },
          }),
        ),
      ),
    onMutate: (decision) =>
      show((messages) => messages.map((one) => (one.id === messageId ? decided(one, decision) : one))),
    onError: (error: ProblemError, _decision, restore) => showProblem(error, restore),
    onSettled,
  });
  const undoSend = useMutation({
    mutationKey: queryKey,
    mutationFn: () =>
      afterEarlierChanges([conversationId], async () => {
        await undoSendHandlers.beforeUndo();
        return unwrapResponse(api.POST('/api/instances/{instanceId}/messages/{messageId}/draft', { params }));
      }),
    onMutate: () => {
      holdKeys();
      // A bounced message stays: its draft is a copy.
      const stays = delivery?.state === 'sent';
      return show((messages) => (stays ? messages : messages.filter(({ id }) => id !== messageId)));
    },
    onSuccess: ({ draft }) => undoSendHandlers.afterUndo(draft),
    onError: (error: ProblemError, _, restore) => {
      discardHeldKeys();
      showProblem(error, restore);
    },
    onSettled,
  });
  return { sendOrCancel, undoSend };
}

/** A message with the delivery that a decision leads to. */
function decided(message: Message, decision: 'send' | 'cancel'): Message {
  if (!message.delivery) return message;
  const state = decision === 'send' ? 'queued' : 'cancelled';
  const sendAfter = new Date().toISOString();
  return { ...message, delivery: { ...message.delivery, state, sendAfter, scheduled: false, problem: null } };
}
