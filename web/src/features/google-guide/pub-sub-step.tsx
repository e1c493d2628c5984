import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { GoogleCheck, GoogleSetUp } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CopyValue } from './copy-value.tsx';
import { GuideStep } from './guide-step.tsx';

/** The placeholder in the server's values while no Google project is known. */
const placeholder = 'my-project';

/** The step that sets up notifications by Pub/Sub; a typed project id is filled into its commands. */
export function PubSubStep({ setUp, checks }: { setUp: GoogleSetUp; checks: GoogleCheck[] }) {
  const [project, setProject] = useState('');
  const fillProject = (text: string) => text.replaceAll(placeholder, project.trim() || placeholder);
  const topic = setUp.topic ?? fillProject(`projects/${placeholder}/topics/gmail`);
  const pushServiceAccount =
    setUp.pushServiceAccount ?? fillProject(`pusher@${placeholder}.iam.gserviceaccount.com`);
  return (
    <GuideStep
      number={6}
      mark={t('google.better')}
      title={t('google.steps.pubsub.title')}
      lines={[t('google.steps.pubsub.lines.1'), t('google.steps.pubsub.lines.2')]}
      checks={checks}
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
        value={`GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT=${pushServiceAccount}`}
      />
      <CopyValue label={t('google.steps.pubsub.pushEndpoint')} value={setUp.pushEndpoint} />
    </GuideStep>
  );
}
