import { SegmentedControl, Stack, Title, useMantineColorScheme } from '@mantine/core';
import { NameForm } from '../features/account/name-form.tsx';
import { PasswordForm } from '../features/account/password-form.tsx';
import { chooseLanguage } from '../words/chosen-language.ts';
import { type Language, language, languages, words } from '../words/words.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > You: name, password, appearance, language. */
export default function ProfilePage() {
  const { me } = useAppContext();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SettingsSubpage title={words.account.you.title}>
      <Stack gap={36} maw={480}>
        <NameForm user={me.user} />
        <section aria-label={words.account.you.password}>
          <Title order={2} mb="md">
            {words.account.you.password}
          </Title>
          <PasswordForm email={me.user.email} />
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
            {words.settings.language}
          </Title>
          <SegmentedControl
            aria-label={words.settings.language}
            value={language}
            onChange={(value) => chooseLanguage(value as Language)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          />
        </section>
      </Stack>
    </SettingsSubpage>
  );
}
