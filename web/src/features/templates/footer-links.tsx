import { ActionIcon, Button, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { TemplateForm } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import styles from './template-form.module.css';

type Links = TemplateForm['footer']['links'];

const maxLinks = 6;
/** As the server asks (templates/form/template-html.ts). */
const validUrl = /^(?:https?:\/\/|mailto:|tel:)[^\s"<>{}]+$/i;

/** The links of the footer. One whose address is not complete is kept in the form, and not sent. */
export function FooterLinks({ links, onChange }: { links: Links; onChange(links: Links): void }) {
  const change = (at: number, values: Partial<Links[number]>) =>
    onChange(links.map((link, index) => (index === at ? { ...link, ...values } : link)));
  return (
    <Stack gap="xs">
      {links.map((link, index) => (
        <div key={index} className={styles.link}>
          <TextInput
            size="xs"
            label={t('templates.form.linkLabel')}
            maxLength={80}
            value={link.label}
            onChange={({ currentTarget }) => change(index, { label: currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={t('templates.form.linkUrl')}
            placeholder="https://"
            maxLength={500}
            value={link.url}
            error={
              link.label.trim() && !validUrl.test(link.url.trim())
                ? t('templates.form.linkInvalid')
                : undefined
            }
            onChange={({ currentTarget }) => change(index, { url: currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('templates.form.removeLink', { label: link.label })}
            onClick={() => onChange(links.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {links.length < maxLinks && (
        <Button
          size="xs"
          variant="default"
          className={styles.add}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...links, { label: '', url: '' }])}
        >
          {t('templates.form.addLink')}
        </Button>
      )}
    </Stack>
  );
}
