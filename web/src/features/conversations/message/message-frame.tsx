import { Button, Group, Text, useComputedColorScheme } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { cleanHtml, frameDocument } from '../../../ui/clean-html.ts';
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
  return (
    <HtmlFrame
      title={title}
      html={html}
      inlineImages={inlineImages}
      imageProxyUrl={imageProxyUrl}
      lightBackground={message.origin === 'gmail'}
    />
  );
}

const noInlineImages = new Map<string, string>();

/** Any HTML mail in a frame: no script runs, and remote images load only on request. */
export function HtmlFrame({
  title,
  html,
  inlineImages = noInlineImages,
  imageProxyUrl,
  lightBackground = true,
}: {
  title: string;
  html: string;
  /** The URLs of inline images, by Content-ID. */
  inlineImages?: Map<string, string>;
  /** The URL through which the server fetches a remote image; without it the browser fetches it directly. */
  imageProxyUrl?: (address: string) => string;
  lightBackground?: boolean;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [allowRemote, setAllowRemote] = useState(false);
  const [height, setHeight] = useState(60);
  const dark = useComputedColorScheme('light') === 'dark';
  const clean = useMemo(
    () => cleanHtml(html, inlineImages, allowRemote ? imageProxyUrl : undefined),
    [html, inlineImages, imageProxyUrl, allowRemote],
  );

  const trackHeight = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    const measure = () => setHeight(Math.min(Math.ceil(body.scrollHeight) + 2, 20_000));
    measure();
    // Images load later, and the window may be resized.
    const observer = new ResizeObserver(measure);
    observer.observe(body);
  };

  return (
    <>
      {clean.hasRemoteContent && !allowRemote && (
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
        // A Content-Security-Policy applies when the document loads: remount the frame for another one.
        key={`${allowRemote} ${dark}`}
        ref={frame}
        title={title}
        srcDoc={frameDocument(clean.html, allowRemote && !imageProxyUrl, { lightBackground, dark })}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        onLoad={trackHeight}
        style={{
          width: '100%',
          height,
          border: 0,
          display: 'block',
          borderRadius: 4,
          background: lightBackground ? '#fff' : 'transparent',
          colorScheme: dark && !lightBackground ? 'dark' : 'light',
        }}
      />
    </>
  );
}
