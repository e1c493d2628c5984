import { NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import type { TemplatePreview } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatList } from '../../ui/format.ts';
import { SentPreview, usePreviewView } from '../../ui/sent-preview.tsx';
import type { TemplateContent } from './template-source.ts';
import { type ShownIn, useTemplatePreview } from './use-template-preview.ts';

type Program = ShownIn['program'] | 'sent';
const programs = ['sent', 'gmail', 'gmail-app', 'outlook'] as const;

/** More are not named. */
const maxNamed = 12;

/** The message as it is sent, or as a mail program shows it by the rules that are known of it. */
export function ProgramPreview({
  instanceId,
  content,
  conversationId,
  sent,
}: {
  instanceId: string;
  content: TemplateContent;
  conversationId: string | null;
  sent: NonNullable<TemplatePreview['sent']>;
}) {
  const [program, setProgram] = useState<Program>('sent');
  const view = usePreviewView();
  const shownIn = program === 'sent' ? null : { program, dark: view.colorScheme === 'dark' };
  const query = useTemplatePreview(instanceId, content, conversationId, shownIn, shownIn !== null);
  const shown = shownIn ? query.data : undefined;
  return (
    <SentPreview
      instanceId={instanceId}
      sent={shown?.sent ?? sent}
      title={t('templates.preview')}
      view={view}
      ownColors={Boolean(shown?.sent)}
      tools={
        <NativeSelect
          size="xs"
          aria-label={t('templates.programs.label')}
          value={program}
          onChange={({ currentTarget }) => {
            const chosen = currentTarget.value as Program;
            setProgram(chosen);
            // Of a phone, or of a window.
            if (chosen === 'gmail-app') view.setWidth('360');
            if (chosen === 'outlook') view.setWidth('600');
          }}
          data={programs.map((value) => ({ value, label: t(`templates.programs.${value}`) }))}
        />
      }
      note={shownIn && <ProgramNote shownIn={shownIn} shown={shown} />}
    />
  );
}

function ProgramNote({ shownIn, shown }: { shownIn: ShownIn; shown: TemplatePreview | undefined }) {
  const leftOut = shown?.leftOut ?? [];
  return (
    <div role="status">
      <Text size="xs" c="var(--text-muted)" mb="xs" maw={620}>
        {t('templates.programs.approximation')}
        {shownIn.program === 'gmail' && shownIn.dark && ` ${t('templates.programs.noDark')}`}
        {leftOut.length > 0 &&
          ` ${t('templates.programs.leftOut', { names: formatList(leftOut.slice(0, maxNamed).map(({ what }) => what)) })}`}
      </Text>
      {shown?.clipped && (
        <Text size="sm" c="var(--warning)" mb="xs">
          {t('templates.programs.clipped')}
        </Text>
      )}
    </div>
  );
}
