import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Me, unwrapResponse } from '../../api/client.ts';
import { me as meQuery } from '../../api/queries/account.ts';
import { language } from '../../locales/messages.ts';

/** Saves the language of the page on the server, which writes its mails in it. */
export function useSyncLanguage({ user }: Me): void {
  const client = useQueryClient();
  useEffect(() => {
    if (user.language === language) return;
    void unwrapResponse(api.PATCH('/api/me', { body: { language } })).then(
      () => client.setQueryData(meQuery.queryKey, (me) => me && { ...me, user: { ...me.user, language } }),
      () => {
        // Tried again when the next page loads.
      },
    );
  }, [user.language, client]);
}
