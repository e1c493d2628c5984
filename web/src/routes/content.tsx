import { Breadcrumbs, Button, Group, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../api/client.ts';
import { contentSettings } from '../api/queries.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { words } from '../words/words.ts';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Content, for admins: what is removed from messages before they are stored (M1). */
export default function ContentPage() {
  const { instance } = useAppContext();
  const said = words.redaction.settings;
  const client = useQueryClient();
  const query = useQuery({ ...contentSettings(instance.id), enabled: instance.role === 'admin' });
  const save = useMutation<{ content: { redactCards: boolean } }, ProblemError, boolean>({
    mutationFn: (redactCards) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/content-settings', {
          params: { path: { instanceId: instance.id } },
          body: { redactCards },
        }),
      ),
    onSuccess: (saved) => {
      client.setQueryData(contentSettings(instance.id).queryKey, saved);
      notifications.show({ color: 'green', message: said.saved });
    },
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <Page title={said.title}>
      <Breadcrumbs mt={-14} mb="lg" fz="sm" c="var(--quiet)" aria-label={words.settings.title}>
        <span>{words.settings.title}</span>
        <span>{said.title}</span>
      </Breadcrumbs>
      {query.isPending ? (
        <LoadingState />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(new FormData(event.currentTarget).has('cards'));
          }}
        >
          <Switch
            name="cards"
            maw={560}
            defaultChecked={query.data.content.redactCards}
            label={said.cards}
            description={said.cardsHelp}
          />
          {save.error && (
            <Text c="var(--red)" mt="sm" role="alert">
              {save.error.message} {save.error.remedy}
            </Text>
          )}
          <Group mt="lg">
            <Button type="submit" loading={save.isPending}>
              {said.save}
            </Button>
          </Group>
        </form>
      )}
    </Page>
  );
}
