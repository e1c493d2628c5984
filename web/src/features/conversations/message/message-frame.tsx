import { Button, Group, Text, useComputedColorScheme } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { cleanHtml } from '../../../ui/clean-html.ts';
import { forwardFrameFiles } from '../../../ui/file-drag.ts';
import { forwardFrameKeys } from '../../../ui/forward-frame-keys.ts';
import { frameDocument, isShownLight } from '../../../ui/frame-document.ts';
import { trackFrameHeight } from '../../../ui/track-frame-height.ts';
import { useDocumentUrl } from '../../../ui/use-document-url.ts';
import { forwardFrameMailto } from '../../../ui/use-mailto-links.ts';
import { usePrinting } from '../../../ui/use-printing.ts';
import styles from './message-frame.module.css';
import { senderName } from './sender-line.tsx';

/** The HTML of a message in a sandboxed frame as high as its content. */
export function MessageFrame({
  instanceId,
  message,
  html,
}: {
  instanceId: string;
  message: Message;
  html: string;
}) {
  const inlineImages = useMemo(
    () =>
      new Map(
        message.attachments
          .filter(({ contentId }) => contentId)
          .map(({ contentId, id }) => [contentId!, `/api/instances/${instanceId}/attachments/${id}`]),
      ),
    [instanceId, message.attachments],
  );
  const title = t('message.frame', { name: senderName(message) });
  const imageProxyUrl = useCallback(
    (address: string) =>
      `/api/instances/${instanceId}/messages/${message.id}/remote-images?url=${encodeURIComponent(address)}`,
    [instanceId, message.id],
  );
  return <HtmlFrame title={title} html={html} inlineImages={inlineImages} imageProxyUrl={imageProxyUrl} />;
}

const noInlineImages = new Map<string, string>();

/** Any HTML mail in a frame: no script runs, and remote images load only on request, by way of the server. */
export function HtmlFrame({
  title,
  html,
  inlineImages = noInlineImages,
  imageProxyUrl,
}: {
  title: string;
  html: string;
  /** The URLs of inline images, by Content-ID. */
  inlineImages?: Map<string, string>;
  /** The URL through which the server fetches a remote image; without it none can be shown. */
  imageProxyUrl?: (address: string) => string;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [allowRemote, setAllowRemote] = useState(false);
  const [height, setHeight] = useState(60);
  const printing = usePrinting();
  const dark = useComputedColorScheme('light') === 'dark' && !printing;
  const clean = useMemo(
    () => cleanHtml(html, inlineImages, allowRemote ? imageProxyUrl : undefined),
    [html, inlineImages, imageProxyUrl, allowRemote],
  );
  const document = useMemo(() => frameDocument(clean, { dark }), [clean, dark]);
  const url = useDocumentUrl(document);
  const isLight = isShownLight(clean, dark);
  return (
    <>
      {clean.hasHiddenImages && imageProxyUrl && (
        <Group gap="xs" mb={6} wrap="nowrap">
          <Text size="xs" c="var(--text-muted)">
            {t('message.remoteHidden')}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setAllowRemote(true)}
            style={{ flexShrink: 0 }}
          >
            {t('message.showRemote')}
          </Button>
        </Group>
      )}
      <iframe
        // A frame that changes its document would add a step to the browser's history.
        key={url}
        ref={frame}
        title={title}
        src={url}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        onLoad={() => {
          if (!frame.current) return;
          trackFrameHeight(frame.current, setHeight);
          forwardFrameKeys(frame.current);
          forwardFrameFiles(frame.current);
          forwardFrameMailto(frame.current);
        }}
        className={styles.frame}
        data-light={isLight}
        style={{ height, colorScheme: isLight ? 'light' : 'dark' }}
      />
    </>
  );
}
