import { Anchor, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { GoogleCheck, GoogleSetUp } from '../../api/client.ts';
import { words } from '../../words/words.ts';
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
  const { steps, needed, better, betterStill } = words.google;
  const topic = setUp.topic ?? fillProject(`projects/${placeholder}/topics/gmail`);
  return (
    <ol className={styles.steps}>
      <GuideStep number={1} mark={needed} {...steps.project} checks={checksOf('gmail-api')} />
      <GuideStep number={2} mark={needed} {...steps.audience} checks={checksOf('audience')} />
      <GuideStep number={3} mark={needed} {...steps.scopes} checks={checksOf('scopes')}>
        {setUp.scopes.map((scope) => (
          <CopyValue key={scope} label={scope.split('/').at(-1)!} value={scope} />
        ))}
      </GuideStep>
      <GuideStep number={4} mark={needed} {...steps.client} checks={checksOf('redirect')}>
        <CopyValue label={steps.client.redirect} value={setUp.redirectUri} />
      </GuideStep>
      <GuideStep number={5} mark={needed} {...steps.postroom} checks={checksOf('url', 'client', 'reach')}>
        <CopyValue
          label={steps.postroom.settings}
          value={`GOOGLE_CLIENT_ID=\nGOOGLE_CLIENT_SECRET=\nPOSTROOM_URL=${setUp.url}`}
        />
      </GuideStep>
      <GuideStep
        number={6}
        mark={better}
        {...steps.pubsub}
        checks={checksOf('credentials', 'topic', 'publisher', 'subscription', 'push', 'arriving')}
      >
        {setUp.topic === null && (
          <TextInput
            mt="sm"
            maw={360}
            label={words.google.project}
            description={words.google.projectHelp}
            placeholder={words.google.projectPlaceholder}
            value={project}
            onChange={({ currentTarget }) => setProject(currentTarget.value)}
          />
        )}
        <CopyValue
          label={steps.pubsub.settings}
          value={`GOOGLE_PUBSUB_TOPIC=${topic}\nGOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json`}
        />
        <Text mt="sm">{steps.pubsub.afterwards}</Text>
        {setUp.commands.map((command, at) => (
          <CopyValue key={command} label={steps.pubsub.command(at + 1)} value={fillProject(command)} />
        ))}
        <Text mt="sm">{steps.pubsub.push}</Text>
        <CopyValue
          label={steps.pubsub.pushSetting}
          value={`GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT=${setUp.pushServiceAccount ?? fillProject(`pusher@${placeholder}.iam.gserviceaccount.com`)}`}
        />
        <CopyValue label={steps.pubsub.pushEndpoint} value={setUp.pushEndpoint} />
      </GuideStep>
      <GuideStep number={7} mark={betterStill} {...steps.security} checks={checksOf('security-events')}>
        <CopyValue label={steps.security.endpoint} value={setUp.securityEventsUrl} />
        <Anchor href={riscPage} target="_blank" rel="noopener" mt="xs" display="inline-block">
          {steps.security.page}
        </Anchor>
      </GuideStep>
    </ol>
  );
}
