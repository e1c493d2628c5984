import { Alert, Anchor, Text } from '@mantine/core';
import type { TemplatePreview } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import styles from './template-editor.module.css';

type Warning = TemplatePreview['warnings'][number];

/** More are counted. */
const maxShown = 12;

/** The error that prevents saving the template; names in it that no data has; what mail clients do not show of it. */
export function TemplateErrors({
  preview,
  onGoToLine,
}: {
  preview: Pick<TemplatePreview, 'problem' | 'unknown' | 'warnings'>;
  /** Left out where the lines are not shown. */
  onGoToLine?: ((line: number) => void) | undefined;
}) {
  const { problem, unknown, warnings } = preview;
  const notices = [
    ...(problem
      ? []
      : unknown.map(({ name, line }) => ({ text: t('templates.unknown', { name, line }), line }))),
    ...warnings.map((warning) => ({ text: warningText(warning), line: warning.line ?? null })),
  ];
  const hidden = notices.length - maxShown;
  return (
    <div role="status">
      {problem && (
        <Alert color="red" py="xs" px="sm" mb="xs" styles={{ body: { minWidth: 0 } }}>
          <b>{textOf(problem).title}</b> {textOf(problem).detail}{' '}
          {problem.line !== null && onGoToLine && <LineLink line={problem.line} onGoToLine={onGoToLine} />}
        </Alert>
      )}
      {notices.length > 0 && (
        <div className={styles.notices}>
          {notices.slice(0, maxShown).map(({ text, line }) => (
            <Text key={`${text} ${line}`} size="sm" c="var(--warning)" mb={4}>
              {text} {line !== null && onGoToLine && <LineLink line={line} onGoToLine={onGoToLine} />}
            </Text>
          ))}
          {hidden > 0 && (
            <Text size="sm" c="var(--warning)">
              {t('templates.warnings.more', { count: hidden })}
            </Text>
          )}
        </div>
      )}
    </div>
  );
}

function LineLink({ line, onGoToLine }: { line: number; onGoToLine(line: number): void }) {
  return (
    <Anchor component="button" type="button" fz="inherit" underline="always" onClick={() => onGoToLine(line)}>
      {t('templates.goToLine', { line })}
    </Anchor>
  );
}

function warningText({ code, name = '', line, bytes = 0 }: Warning): string {
  const kilobytes = Math.ceil(bytes / 1000);
  switch (code) {
    case 'removed':
      return t('templates.warnings.removed', { name, line: line ?? 1 });
    case 'no-alt':
      return t('templates.warnings.no-alt', { line: line ?? 1 });
    case 'no-lang':
      return t('templates.warnings.no-lang');
    case 'too-long':
      return t('templates.warnings.too-long', { kilobytes });
    case 'long-style':
      return t('templates.warnings.long-style', { kilobytes });
  }
}
