import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { use } from 'react';
import { api, type Message, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { discardHeldKeys, holdKeys } from '../../../ui/hold-keys.ts';
import { UndoSendContext } from './undo-send-context.ts';

/** The actions on an unsent message: send now, cancel, or turn it back into a draft. */
export function useDeliveryActions(instanceId: string, { id: messageId, delivery }: Message) {
  const state = delivery?.state;
  const client = useQueryClient();
  const undoSendHandlers = use(UndoSendContext);
  const onError = (error: ProblemError) =>
    notifications.show({ color: 'red', title: error.message, message: error.detail });
  const onSettled = () => client.invalidateQueries({ queryKey: [instanceId, 'conversation'] });
  const params = { path: { instanceId, messageId } };
  const sendOrCancel = useMutation({
    mutationFn: (decision: 'send' | 'cancel') =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/messages/{messageId}/delivery', { params, body: { decision } }),
      ),
    onError,
    onSettled,
  });
  const undoSend = useMutation({
    mutationFn: async () => {
      holdKeys();
      await undoSendHandlers.beforeUndo();
      return unwrapResponse(api.POST('/api/instances/{instanceId}/messages/{messageId}/draft', { params }));
    },
    onSuccess({ draft, conversationId }) {
      // Removed from the timeline at once; a bounced message stays, as its draft is a copy.
      const { queryKey } = conversation(instanceId, conversationId);
      if (state !== 'sent') {
        client.setQueryData(
          queryKey,
          (page) => page && { ...page, messages: page.messages.filter(({ id }) => id !== messageId) },
        );
      }
      undoSendHandlers.afterUndo(draft);
    },
    onError(error: ProblemError) {
      discardHeldKeys();
      onError(error);
    },
    onSettled,
  });
  return { sendOrCancel, undoSend };
}
