import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { cleanHtml } from '../../ui/clean-html.ts';
import { frameDocument } from '../../ui/frame-document.ts';
import { trackFrameHeight } from '../../ui/track-frame-height.ts';
import { useDocumentUrl } from '../../ui/use-document-url.ts';
import styles from './preview-frame.module.css';

/** In pixels: a phone in portrait orientation, and the reading pane of a mail program. */
const widths = { phone: 375, desktop: 720 };

/**
 * A mail in a frame without scripts, as wide as on the device and scaled down where the page is narrower.
 * Images load, as they were chosen by an admin of the instance.
 */
export function PreviewFrame({
  html,
  device,
  title,
}: {
  html: string;
  device: 'desktop' | 'phone';
  title: string;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { ref, width: availableWidth } = useElementSize();
  const [height, setHeight] = useState(200);
  const wanted = device === 'phone' ? widths.phone : Math.max(widths.desktop, availableWidth);
  const scale = availableWidth > 0 && availableWidth < wanted ? availableWidth / wanted : 1;
  const document = useMemo(
    () =>
      frameDocument(
        cleanHtml(html, new Map(), (url) => url),
        { dark: false },
      ),
    [html],
  );
  const url = useDocumentUrl(document);
  return (
    <div ref={ref} className={styles.container}>
      <div className={styles[device]} style={{ width: wanted * scale, height: height * scale }}>
        <iframe
          key={url}
          ref={frame}
          title={title}
          src={url}
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
          onLoad={() => frame.current && trackFrameHeight(frame.current, setHeight)}
          className={styles.frame}
          style={{ width: wanted, height, transform: `scale(${scale})` }}
        />
      </div>
    </div>
  );
}
