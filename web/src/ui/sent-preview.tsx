import { SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../locales/messages.ts';
import { showColorScheme } from './color-scheme-of-mail.ts';
import { previewDocument } from './preview-document.ts';
import styles from './sent-preview.module.css';
import { useDocumentUrl } from './use-document-url.ts';

/** In pixels: the reading pane of a mail program, and a phone in portrait orientation. */
const widths = ['600', '360'] as const;
const colorSchemes = ['light', 'dark'] as const;
type ColorScheme = (typeof colorSchemes)[number];

/** The width in pixels and the colors of a preview. */
export function usePreviewView() {
  const [width, setWidth] = useState<string>(widths[0]);
  const [colorScheme, setColorScheme] = useState<ColorScheme>('light');
  return { width, setWidth, colorScheme, setColorScheme };
}

/** A message as it arrives: the HTML that is sent, in the chosen width and colors, and its text beside. */
export function SentPreview({
  instanceId,
  sent,
  title,
  view,
  tools,
  note,
  ownColors = false,
}: {
  instanceId: string;
  sent: { html: string; text: string };
  title: string;
  /** The choices of its parent, if that has them. */
  view?: ReturnType<typeof usePreviewView>;
  tools?: ReactNode;
  /** Above the message. */
  note?: ReactNode;
  /** The HTML has the colors of the color scheme already. */
  ownColors?: boolean;
}) {
  const ownView = usePreviewView();
  const { width, setWidth, colorScheme, setColorScheme } = view ?? ownView;
  const html = useMemo(() => {
    // The document has a `blob:` URL, to which no path is relative.
    const images = `${location.origin}/api/instances/${instanceId}/preview-images`;
    return previewDocument(sent.html, (address) => `${images}?url=${encodeURIComponent(address)}`);
  }, [instanceId, sent.html]);
  return (
    <div className={styles.preview}>
      <div className={styles.tools}>
        {tools}
        <SegmentedControl
          size="xs"
          aria-label={t('sentPreview.width')}
          value={width}
          onChange={setWidth}
          data={widths.map((value) => ({ value, label: t('sentPreview.pixels', { width: value }) }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('sentPreview.colors')}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as ColorScheme)}
          data={colorSchemes.map((value) => ({ value, label: t(`sentPreview.${value}`) }))}
        />
      </div>
      {note}
      <div className={styles.parts}>
        <div className={styles.html} style={{ flexBasis: Number(width) }}>
          <SentFrame
            html={html}
            width={Number(width)}
            colorScheme={ownColors ? 'light' : colorScheme}
            title={title}
          />
        </div>
        <section className={styles.text} aria-label={t('sentPreview.text')}>
          <h3>{t('sentPreview.text')}</h3>
          <p>{t('sentPreview.textNote')}</p>
          <pre>{sent.text}</pre>
        </section>
      </div>
    </div>
  );
}

/** The document of a preview in a frame without scripts and forms, scaled down where the page is narrower. */
function SentFrame({
  html,
  width,
  colorScheme,
  title,
}: {
  html: string;
  width: number;
  colorScheme: ColorScheme;
  title: string;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { ref, width: availableWidth } = useElementSize();
  const [height, setHeight] = useState(200);
  const [loadedUrl, setLoadedUrl] = useState<string>();
  const url = useDocumentUrl(html);
  const isLoaded = url !== undefined && loadedUrl === url;
  useEffect(() => {
    const content = frame.current?.contentDocument;
    if (!isLoaded || !frame.current || !content) return;
    showColorScheme(content, colorScheme);
    return trackContentHeight(frame.current, content, setHeight);
  }, [isLoaded, colorScheme, width]);
  const scale = availableWidth > 0 && availableWidth < width ? availableWidth / width : 1;
  return (
    <div ref={ref}>
      <div className={styles.window} style={{ width: width * scale, height: height * scale }}>
        <iframe
          key={url}
          ref={frame}
          title={title}
          src={url}
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
          onLoad={() => setLoadedUrl(url)}
          className={styles.frame}
          style={{ width, height, colorScheme, transform: `scale(${scale})` }}
        />
      </div>
    </div>
  );
}

/** Longer messages are scrolled within their frame. */
const maxHeight = 20_000;

/**
 * Calls `onHeight` with the height of the content in pixels, now and when a picture or a font has loaded. It is
 * measured in a low frame: the content may be as high as the frame. Links open in a new tab. Returns how to stop.
 */
function trackContentHeight(
  frame: HTMLIFrameElement,
  content: Document,
  onHeight: (height: number) => void,
): () => void {
  const measure = () => {
    const { height } = frame.style;
    frame.style.height = '0';
    // In quirks mode, in which a document without a doctype is laid out, the body is what scrolls.
    const { scrollHeight, clientHeight } = content.scrollingElement ?? content.documentElement;
    // A horizontal scroll bar needs room too.
    const scrollBar = frame.offsetHeight - clientHeight;
    frame.style.height = height;
    onHeight(Math.min(scrollHeight + scrollBar, maxHeight));
  };
  for (const link of content.links) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  measure();
  content.addEventListener('load', measure, true);
  content.fonts.addEventListener('loadingdone', measure);
  return () => {
    content.removeEventListener('load', measure, true);
    content.fonts.removeEventListener('loadingdone', measure);
  };
}
