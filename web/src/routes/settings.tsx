import {
  Anchor,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Initials } from '../ui/initials.tsx';
import { words } from '../words/words.ts';
import { Page } from './page.tsx';
import { usePlace } from './shell.tsx';

export default function SettingsPage() {
  const { me, instance } = usePlace();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    client.clear();
    void navigate({ to: '/sign-in' });
  };
  return (
    <Page title={words.settings.title}>
      <Stack gap="xl">
        <section aria-label={words.settings.you}>
          <Group>
            <Initials name={me.user.name} size={40} />
            <div>
              <Text fw={600}>{me.user.name}</Text>
              <Text size="sm" c="var(--quiet)">
                {me.user.email}
              </Text>
            </div>
          </Group>
          <Button mt="md" variant="default" onClick={() => void signOut()}>
            {words.settings.signOut}
          </Button>
        </section>
        <section>
          <Title order={2} mb="xs">
            {words.settings.appearance}
          </Title>
          <SegmentedControl
            aria-label={words.settings.appearance}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'auto', label: words.settings.system },
              { value: 'light', label: words.settings.light },
              { value: 'dark', label: words.settings.dark },
            ]}
          />
        </section>
        <section>
          <Title order={2} mb="xs">
            <Anchor
              renderRoot={(props) => (
                <Link {...props} to="/$slug/settings/tags" params={{ slug: instance.slug }} />
              )}
            >
              {words.tags.title}
            </Anchor>
          </Title>
          <Text size="sm" c="var(--quiet)">
            {words.tags.text}
          </Text>
        </section>
        {instance.role === 'admin' && (
          <section>
            <Title order={2} mb="xs">
              {words.settings.inbox}
            </Title>
            <Anchor
              renderRoot={(props) => (
                <Link {...props} to="/$slug/settings/receiving" params={{ slug: instance.slug }} />
              )}
            >
              {words.receiving.title}
            </Anchor>
            <Text size="sm" c="var(--quiet)" mb="xs">
              {words.receiving.text}
            </Text>
            <Anchor
              renderRoot={(props) => (
                <Link {...props} to="/$slug/settings/content" params={{ slug: instance.slug }} />
              )}
            >
              {words.redaction.settings.title}
            </Anchor>
            <Text size="sm" c="var(--quiet)">
              {words.redaction.settings.text}
            </Text>
          </section>
        )}
      </Stack>
    </Page>
  );
}
