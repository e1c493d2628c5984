import { Alert, Anchor, Text } from '@mantine/core';
import type { TemplatePreview } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';

/** What keeps the template from being saved, and names in it that are always empty. */
export function TemplateErrors({
  preview,
  onGoToLine,
}: {
  preview: Pick<TemplatePreview, 'fault' | 'unknown'>;
  onGoToLine(line: number): void;
}) {
  const { fault, unknown } = preview;
  return (
    <div role="status">
      {fault && (
        <Alert color="red" py="xs" px="sm" mb="xs" styles={{ body: { minWidth: 0 } }}>
          <b>{textOf(fault).title}</b> {textOf(fault).detail}{' '}
          {fault.line !== null && (
            <Anchor
              component="button"
              type="button"
              fz="inherit"
              underline="always"
              onClick={() => onGoToLine(fault.line!)}
            >
              {t('templates.goToLine', { line: fault.line })}
            </Anchor>
          )}
        </Alert>
      )}
      {!fault &&
        unknown.slice(0, 5).map(({ name, line }) => (
          <Text key={`${name} ${line}`} size="sm" c="var(--amber)" mb={4}>
            {t('templates.unknown', { name, line })}{' '}
            <Anchor
              component="button"
              type="button"
              fz="inherit"
              underline="always"
              onClick={() => onGoToLine(line)}
            >
              {t('templates.goToLine', { line })}
            </Anchor>
          </Text>
        ))}
    </div>
  );
}
