/** HTML that needs no escaping. */
export type Html = { readonly html: string };

type Part = Html | string | number | null | undefined | false | readonly Part[];

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if ('html' in part) return part.html;
  return part.map(render).join('');
}

/** A template tag that escapes its values unless they are Html; null and false are left out. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: strings.map((text, at) => (at === 0 ? '' : render(parts[at - 1])) + text).join('') };
}

/** Escapes text for HTML, also for attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Marks trusted HTML as safe. */
export function trusted(text: string): Html {
  return { html: text };
}

/** A complete page, with the banner that says this is not Google. */
export function page(title: string, style: string, body: Html): string {
  return `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>${trusted(baseStyle + style)}</style></head>
<body><header class="banner">Simulated Google, for trying Postroom</header>${body}</body></html>`.html
  }`;
}

/** The avatar of an account: its initial on a colour derived from its address. */
export function avatar(name: string, email: string): Html {
  let hue = 0;
  for (const character of email) hue = (hue * 31 + character.charCodeAt(0)) % 360;
  const colour = trusted(`hsl(${hue} 45% 38%)`);
  return html`<span class="avatar" aria-hidden="true" style="background:${colour}">${name.slice(0, 1).toUpperCase()}</span>`;
}

const baseStyle = `
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#1f1f1f;background:#f0f4f9}
.banner{margin:0;padding:3px 12px;background:#5f4400;color:#fff;font-size:12px;text-align:center}
a{color:#0b57d0}
h1{font-weight:400;line-height:1.25;margin:0}
button,.button{font:inherit;font-weight:500;font-size:14px;padding:9px 22px;min-height:40px;border-radius:20px;border:1px solid #747775;background:#fff;color:#0b57d0;cursor:pointer;text-decoration:none}
button:hover,.button:hover{background:#f2f6fc}
button.primary{background:#0b57d0;border-color:#0b57d0;color:#fff}
button.primary:hover{background:#0842a0}
button.danger{color:#b3261e}
:focus-visible{outline:2px solid #0b57d0;outline-offset:2px}
input[type=text],input[type=email],input:not([type]){font:inherit;padding:9px 12px;border:1px solid #747775;border-radius:4px;width:100%;background:#fff;color:inherit}
.avatar{display:inline-flex;align-items:center;justify-content:center;flex:none;width:32px;height:32px;border-radius:50%;color:#fff;font-size:15px;font-weight:500}
.quiet{color:#444746;font-size:14px}
`;
