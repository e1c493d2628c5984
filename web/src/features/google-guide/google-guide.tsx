import { Anchor, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { GoogleCheck, GoogleSetUp } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CopyValue } from './copy-value.tsx';
import styles from './google-guide.module.css';
import { GuideStep } from './guide-step.tsx';

/** The placeholder in the server's values while no Google project is known. */
const placeholder = 'my-project';
const riscPage = 'https://developers.google.com/identity/protocols/risc';

/** The setup of Google step by step, as in docs/google.md, with the checks of each step. */
export function GoogleGuide({ setUp, checks }: { setUp: GoogleSetUp; checks: GoogleCheck[] }) {
  const [project, setProject] = useState('');
  const fillProject = (text: string) => text.replaceAll(placeholder, project.trim() || placeholder);
  const checksOf = (...ids: Array<GoogleCheck['id']>) => checks.filter(({ id }) => ids.includes(id));
  const topic = setUp.topic ?? fillProject(`projects/${placeholder}/topics/gmail`);
  return (
    <ol className={styles.steps}>
      <GuideStep
        number={1}
        mark={t('google.needed')}
        title={t('google.steps.project.title')}
        lines={[t('google.steps.project.lines.1'), t('google.steps.project.lines.2')]}
        checks={checksOf('gmail-api')}
      />
      <GuideStep
        number={2}
        mark={t('google.needed')}
        title={t('google.steps.audience.title')}
        lines={[t('google.steps.audience.lines.1'), t('google.steps.audience.lines.2')]}
        checks={checksOf('audience')}
      />
      <GuideStep
        number={3}
        mark={t('google.needed')}
        title={t('google.steps.scopes.title')}
        lines={[t('google.steps.scopes.lines.1')]}
        checks={checksOf('scopes')}
      >
        {setUp.scopes.map((scope) => (
          <CopyValue key={scope} label={scope.split('/').at(-1)!} value={scope} />
        ))}
      </GuideStep>
      <GuideStep
        number={4}
        mark={t('google.needed')}
        title={t('google.steps.client.title')}
        lines={[t('google.steps.client.lines.1'), t('google.steps.client.lines.2')]}
        checks={checksOf('redirect')}
      >
        <CopyValue label={t('google.steps.client.redirect')} value={setUp.redirectUri} />
      </GuideStep>
      <GuideStep
        number={5}
        mark={t('google.needed')}
        title={t('google.steps.postroom.title')}
        lines={[t('google.steps.postroom.lines.1')]}
        checks={checksOf('url', 'client', 'reach')}
      >
        <CopyValue
          label={t('google.steps.postroom.settings')}
          value={`GOOGLE_CLIENT_ID=\nGOOGLE_CLIENT_SECRET=\nPOSTROOM_URL=${setUp.url}`}
        />
      </GuideStep>
      <GuideStep
        number={6}
        mark={t('google.better')}
        title={t('google.steps.pubsub.title')}
        lines={[t('google.steps.pubsub.lines.1'), t('google.steps.pubsub.lines.2')]}
        checks={checksOf('credentials', 'topic', 'publisher', 'subscription', 'push', 'arriving')}
      >
        {setUp.topic === null && (
          <TextInput
            mt="sm"
            maw={360}
            label={t('google.project')}
            description={t('google.projectHelp')}
            placeholder={t('google.projectPlaceholder')}
            value={project}
            onChange={({ currentTarget }) => setProject(currentTarget.value)}
          />
        )}
        <CopyValue
          label={t('google.steps.pubsub.settings')}
          value={`GOOGLE_PUBSUB_TOPIC=${topic}\nGOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json`}
        />
        <Text mt="sm">{t('google.steps.pubsub.afterwards')}</Text>
        {setUp.commands.map((command, at) => (
          <CopyValue
            key={command}
            label={t('google.steps.pubsub.command', { number: at + 1 })}
            value={fillProject(command)}
          />
        ))}
        <Text mt="sm">{t('google.steps.pubsub.push')}</Text>
        <CopyValue
          label={t('google.steps.pubsub.pushSetting')}
          value={`GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT=${setUp.pushServiceAccount ?? fillProject(`pusher@${placeholder}.iam.gserviceaccount.com`)}`}
        />
        <CopyValue label={t('google.steps.pubsub.pushEndpoint')} value={setUp.pushEndpoint} />
      </GuideStep>
      <GuideStep
        number={7}
        mark={t('google.betterStill')}
        title={t('google.steps.security.title')}
        lines={[t('google.steps.security.lines.1'), t('google.steps.security.lines.2')]}
        checks={checksOf('security-events')}
      >
        <CopyValue label={t('google.steps.security.endpoint')} value={setUp.securityEventsUrl} />
        <Anchor href={riscPage} target="_blank" rel="noopener" mt="xs" display="inline-block">
          {t('google.steps.security.page')}
        </Anchor>
      </GuideStep>
    </ol>
  );
}
