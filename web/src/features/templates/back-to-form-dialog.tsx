import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TemplateForm } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { linesOnlyIn } from './changed-lines.ts';
import styles from './template-editor.module.css';
import { fetchPreview } from './use-template-preview.ts';

/** Says what of HTML that was written by hand is lost if the form makes it again. */
export function BackToFormDialog({
  instanceId,
  html,
  form,
  isOwnForm,
  onClose,
  onConfirm,
}: {
  instanceId: string;
  html: string;
  form: TemplateForm;
  /** The HTML was made from it once; or else it is a new one. */
  isOwnForm: boolean;
  onClose(): void;
  onConfirm(): void;
}) {
  const query = useQuery({
    queryKey: [instanceId, 'template-preview', 'of-form', form],
    queryFn: () => fetchPreview(instanceId, { html: '', form }),
    gcTime: 0,
  });
  const made = query.data?.html ?? '';
  const lost = linesOnlyIn(html, made);
  const returning = linesOnlyIn(made, html);
  return (
    <ConfirmDialog
      title={t('templates.toForm.title')}
      size="lg"
      keepLabel={t('templates.toForm.keep')}
      confirmLabel={t('templates.toForm.confirm')}
      disabled={!query.data}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <LoadingState lines={2} />
      ) : (
        <>
          <Text>
            {!isOwnForm
              ? t('templates.toForm.foreign')
              : lost.length + returning.length === 0
                ? t('templates.toForm.nothing')
                : t('templates.toForm.lost', { lost: lost.length, returning: returning.length })}
          </Text>
          {lost.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
            <section className={styles.lost} aria-label={t('templates.toForm.lines')} tabIndex={0}>
              <pre>{lost.join('\n')}</pre>
            </section>
          )}
        </>
      )}
    </ConfirmDialog>
  );
}
