import { SegmentedControl, Stack, Title, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { signInWays } from '../api/queries/account.ts';
import { NameForm } from '../features/account/name-form.tsx';
import { PasswordForm } from '../features/account/password-form.tsx';
import { chooseLanguage } from '../locales/chosen-language.ts';
import { language, languageName, languages, t } from '../locales/messages.ts';
import { type ClockChoice, chooseClock, clockChoice, clockChoices } from '../ui/clock.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > You: name, password, appearance, language. */
export default function ProfilePage() {
  const { me } = useAppContext();
  const { isPending } = useQuery(signInWays);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SettingsSubpage title={t('account.you.title')} isLoading={isPending}>
      <Stack gap={36} maw={480}>
        <NameForm user={me.user} />
        <section aria-label={t('account.you.password')}>
          <Title order={2} mb="md">
            {t('account.you.password')}
          </Title>
          <PasswordForm email={me.user.email} />
        </section>
        <section>
          <Title order={2} mb="xs">
            {t('settings.appearance')}
          </Title>
          <SegmentedControl
            aria-label={t('settings.appearance')}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'auto', label: t('settings.system') },
              { value: 'light', label: t('settings.light') },
              { value: 'dark', label: t('settings.dark') },
            ]}
          />
        </section>
        <section>
          <Title order={2} mb="xs">
            {t('settings.clock.title')}
          </Title>
          <SegmentedControl
            aria-label={t('settings.clock.title')}
            value={clockChoice()}
            onChange={(value) => chooseClock(value as ClockChoice)}
            data={clockChoices.map((value) => ({ value, label: t(`settings.clock.${value}`) }))}
          />
        </section>
        <section>
          <Title order={2} mb="xs">
            {t('settings.language')}
          </Title>
          <SegmentedControl
            aria-label={t('settings.language')}
            value={language}
            onChange={chooseLanguage}
            data={languages.map((value) => ({ value, label: languageName(value) }))}
          />
        </section>
      </Stack>
    </SettingsSubpage>
  );
}
