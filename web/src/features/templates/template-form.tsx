import { NativeSelect, NumberInput, SegmentedControl, Switch, Text, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TemplateForm, TemplatePreview } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatNumber } from '../../ui/format.ts';
import { ColorField } from './color-field.tsx';
import { FooterLinks } from './footer-links.tsx';
import { LogoField } from './logo-field.tsx';
import styles from './template-form.module.css';

const fonts = {
  arial: 'Arial',
  verdana: 'Verdana',
  tahoma: 'Tahoma',
  trebuchet: 'Trebuchet MS',
  georgia: 'Georgia',
  times: 'Times New Roman',
  courier: 'Courier New',
} as const;

/** The form of a template for people who write no HTML. The server makes the HTML of its values. */
export function TemplateFormFields({
  instanceId,
  form,
  lowContrasts,
  onChange,
}: {
  instanceId: string;
  form: TemplateForm;
  lowContrasts: TemplatePreview['lowContrasts'];
  onChange(form: TemplateForm): void;
}) {
  const { header, footer } = form;
  const change = (values: Partial<TemplateForm>) => onChange({ ...form, ...values });
  return (
    <div className={styles.form}>
      <Part title={t('templates.form.header')}>
        <LogoField instanceId={instanceId} logo={form.logo} onChange={(logo) => change({ logo })} />
        <Textarea
          size="xs"
          autosize
          minRows={1}
          maxRows={3}
          maxLength={300}
          label={t('templates.form.headerText')}
          value={header.text}
          onChange={({ currentTarget }) => change({ header: { ...header, text: currentTarget.value } })}
        />
        <Switch
          label={t('templates.form.band')}
          checked={header.band}
          onChange={({ currentTarget }) => change({ header: { ...header, band: currentTarget.checked } })}
        />
        <Field label={t('templates.form.align')}>
          <SegmentedControl
            size="xs"
            aria-label={t('templates.form.align')}
            value={form.align}
            onChange={(align) => change({ align: align as TemplateForm['align'] })}
            data={(['start', 'center'] as const).map((value) => ({
              value,
              label: t(`templates.form.aligned.${value}`),
            }))}
          />
        </Field>
      </Part>
      <Colors form={form} lowContrasts={lowContrasts} onChange={(colors) => change({ colors })} />
      <Part title={t('templates.form.text')}>
        <div className={styles.pair}>
          <NativeSelect
            size="xs"
            label={t('templates.form.font')}
            value={form.font}
            onChange={({ currentTarget }) => change({ font: currentTarget.value as TemplateForm['font'] })}
            data={Object.entries(fonts).map(([value, label]) => ({ value, label }))}
          />
          <NumberInput
            size="xs"
            label={t('templates.form.width')}
            min={320}
            max={800}
            step={20}
            allowDecimal={false}
            value={form.width}
            onChange={(width) => {
              if (typeof width === 'number' && width >= 320 && width <= 800) change({ width });
            }}
          />
        </div>
        <Switch
          label={t('templates.form.signatureLine')}
          description={t('templates.form.signatureHelp')}
          checked={form.signatureLine}
          onChange={({ currentTarget }) => change({ signatureLine: currentTarget.checked })}
        />
      </Part>
      <Part title={t('templates.form.footer')}>
        <Textarea
          size="xs"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2_000}
          label={t('templates.form.footerText')}
          value={footer.text}
          onChange={({ currentTarget }) => change({ footer: { ...footer, text: currentTarget.value } })}
        />
        <FooterLinks links={footer.links} onChange={(links) => change({ footer: { ...footer, links } })} />
        {footer.links.length > 0 && (
          <Switch
            label={t('templates.form.buttons')}
            checked={footer.buttons}
            onChange={({ currentTarget }) =>
              change({ footer: { ...footer, buttons: currentTarget.checked } })
            }
          />
        )}
        <Text size="xs" c="var(--text-muted)">
          {t('templates.form.dataHelp')}
        </Text>
      </Part>
    </div>
  );
}

function Colors({
  form: { colors },
  lowContrasts,
  onChange,
}: {
  form: TemplateForm;
  lowContrasts: TemplatePreview['lowContrasts'];
  onChange(colors: TemplateForm['colors']): void;
}) {
  const warning = (name: 'text' | 'links') => {
    const low = lowContrasts.find(({ part }) => part === name);
    return (
      low && t('templates.form.lowContrast', { ratio: formatNumber(low.ratio, { maximumFractionDigits: 1 }) })
    );
  };
  const warnings = { brand: warning('links'), page: undefined, card: undefined, text: warning('text') };
  return (
    <Part title={t('templates.form.colors')}>
      <div className={styles.pair}>
        {(['brand', 'text', 'card', 'page'] as const).map((name) => (
          <ColorField
            key={name}
            label={t(`templates.form.color.${name}`)}
            value={colors[name]}
            warning={warnings[name]}
            onChange={(color) => onChange({ ...colors, [name]: color })}
          />
        ))}
      </div>
      <Text size="xs" c="var(--text-muted)">
        {t('templates.form.darkHelp')}
      </Text>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.part}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={500} mb={4} aria-hidden>
        {label}
      </Text>
      {children}
    </div>
  );
}
