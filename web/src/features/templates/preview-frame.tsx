import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { cleanHtml, frameDocument } from '../../ui/clean-html.ts';
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
      frameDocument(cleanHtml(inlineBodyStyles(html), new Map()).html, true, {
        lightBackground: true,
        dark: false,
      }),
    [html],
  );
  const trackHeight = () => {
    const body = frame.current?.contentDocument?.body;
    if (!body) return;
    const measure = () => setHeight(Math.min(Math.ceil(body.scrollHeight) + 4, 20_000));
    measure();
    new ResizeObserver(measure).observe(body);
  };
  return (
    <div ref={ref} className={styles.container}>
      <div className={styles[device]} style={{ width: wanted * scale, height: height * scale }}>
        <iframe
          ref={frame}
          title={title}
          srcDoc={document}
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
          onLoad={trackHeight}
          className={styles.frame}
          style={{ width: wanted, height, transform: `scale(${scale})` }}
        />
      </div>
    </div>
  );
}

/** Moves the styles of the body element to a div, as mail programs do when they show a mail in a page. */
function inlineBodyStyles(html: string): string {
  const { body, head } = new DOMParser().parseFromString(html, 'text/html');
  const style = body.getAttribute('style') ?? '';
  const backgroundColor = body.getAttribute('bgcolor');
  if (!style && !backgroundColor) return html;
  const box = body.ownerDocument.createElement('div');
  box.setAttribute(
    'style',
    `display:flow-root;${backgroundColor ? `background-color:${backgroundColor};` : ''}${style}`,
  );
  box.append(...body.childNodes);
  const sheets = [...head.querySelectorAll('style')].map((sheet) => sheet.outerHTML);
  return sheets.join('') + box.outerHTML;
}
