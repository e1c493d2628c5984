import { Alert, Anchor, Text } from '@mantine/core';
import type { TemplatePreview } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';

/** The error that prevents saving the template, or the names in it that no data has. */
export function TemplateErrors({
  preview,
  onGoToLine,
}: {
  preview: Pick<TemplatePreview, 'problem' | 'unknown'>;
  onGoToLine(line: number): void;
}) {
  const { problem, unknown } = preview;
  return (
    <div role="status">
      {problem && (
        <Alert color="red" py="xs" px="sm" mb="xs" styles={{ body: { minWidth: 0 } }}>
          <b>{textOf(problem).title}</b> {textOf(problem).detail}{' '}
          {problem.line !== null && (
            <Anchor
              component="button"
              type="button"
              fz="inherit"
              underline="always"
              onClick={() => onGoToLine(problem.line!)}
            >
              {t('templates.goToLine', { line: problem.line })}
            </Anchor>
          )}
        </Alert>
      )}
      {!problem &&
        unknown.slice(0, 5).map(({ name, line }) => (
          <Text key={`${name} ${line}`} size="sm" c="var(--warning)" mb={4}>
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
