import { Button, FileButton, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { api, type ProblemError, type TemplateForm, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import styles from './template-form.module.css';

type Logo = NonNullable<TemplateForm['logo']>;

/** A logo is shown with this width at first, or its own; in pixels. */
const firstWidth = 180;
/** The server stores no larger picture. */
const maxBytes = 200_000;

/** The picture at the head of a template: uploaded, with its width and alternative text. */
export function LogoField({
  instanceId,
  logo,
  onChange,
}: {
  instanceId: string;
  logo: Logo | null;
  onChange(logo: Logo | null): void;
}) {
  const upload = useMutation<Logo, ProblemError | Error, File>({
    mutationFn: async (file) => {
      if (file.size > maxBytes) throw new Error(t('problems.template-picture-too-large.title'));
      const { picture } = await unwrapResponse(
        api.POST('/api/instances/{instanceId}/template-pictures', {
          params: { path: { instanceId } },
          body: { filename: file.name.slice(0, 200) || 'logo', base64: await base64Of(file) },
        }),
      );
      const width = Math.min(picture.width, firstWidth);
      return { pictureId: picture.id, alt: logo?.alt ?? '', width, height: heightFor(picture, width) };
    },
    onSuccess: onChange,
  });
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {logo && (
          <img
            className={styles.logo}
            src={`/api/instances/${instanceId}/template-pictures/${logo.pictureId}`}
            alt={logo.alt}
          />
        )}
        <FileButton accept="image/png,image/jpeg,image/gif" onChange={(file) => file && upload.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              size="xs"
              variant="default"
              leftSection={<IconPhoto size={16} aria-hidden />}
              loading={upload.isPending}
            >
              {logo ? t('templates.form.otherLogo') : t('templates.form.addLogo')}
            </Button>
          )}
        </FileButton>
        {logo && (
          <Button size="xs" variant="subtle" color="red" onClick={() => onChange(null)}>
            {t('templates.form.removeLogo')}
          </Button>
        )}
      </Group>
      {!logo && (
        <Text size="xs" c="var(--text-muted)">
          {t('templates.form.logoHelp')}
        </Text>
      )}
      {upload.error && (
        <Text size="xs" c="var(--error)" role="alert">
          {upload.error.message} {'detail' in upload.error && upload.error.detail}
        </Text>
      )}
      {logo && (
        <div className={styles.pair}>
          <TextInput
            size="xs"
            label={t('templates.form.alt')}
            maxLength={200}
            value={logo.alt}
            error={logo.alt.trim() ? undefined : t('templates.form.altMissing')}
            onChange={({ currentTarget }) => onChange({ ...logo, alt: currentTarget.value })}
          />
          <NumberInput
            size="xs"
            label={t('templates.form.logoWidth')}
            min={16}
            max={800}
            clampBehavior="strict"
            allowDecimal={false}
            value={logo.width}
            onChange={(width) => {
              if (typeof width === 'number' && width >= 1)
                onChange({ ...logo, width, height: heightFor(logo, width) });
            }}
          />
        </div>
      )}
    </Stack>
  );
}

/** The height at a width, with the same proportions. */
function heightFor({ width, height }: { width: number; height: number }, wanted: number): number {
  return Math.min(2_000, Math.max(1, Math.round((height / width) * wanted)));
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
