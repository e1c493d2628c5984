import { escapeHtml } from '../mail/html/escape-html.ts';
import type { Schema } from './openapi-examples.ts';
import { referenceStyle } from './reference-style.ts';

type Body = { description?: string; content?: Record<string, { schema?: Described; example?: unknown }> };
type Described = Schema & {
  description?: string;
  required?: string[];
  properties?: Record<string, Described>;
};
type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  deprecated?: boolean;
  parameters?: Array<{
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Described;
  }>;
  requestBody?: Body;
  responses?: Record<string, Body>;
};
export type OpenApiDocument = {
  info: { title: string; description?: string };
  servers?: Array<{ url: string }>;
  tags?: Array<{ name: string; description?: string }>;
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Described> };
};

type Listed = Operation & { method: string; path: string };

/**
 * The OpenAPI document as one page of HTML: no script and nothing of another host, so that it is within the
 * Content-Security-Policy, can be searched by the browser and can be printed. The document is in English.
 */
export function referencePage({ info, servers = [], tags = [], paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Listed => ({ ...operation, method, path })),
  );
  const sections = tags.map((tag) => ({
    ...tag,
    of: operations.filter((one) => one.tags?.[0] === tag.name),
  }));
  const shown = sections.filter(({ of }) => of.length > 0);
  const schemas = Object.entries(components?.schemas ?? {});
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${text(info.title)} API</title><style>${referenceStyle}</style></head><body>
<nav aria-label="Contents"><h1>${text(info.title)} API</h1><ul>${shown
    .map(
      ({ name, of }) =>
        `<li><a href="#${anchor(name)}">${text(capital(name))}</a> <small>${of.length}</small></li>`,
    )
    .join('')}<li><a href="#schemas">Schemas</a> <small>${schemas.length}</small></li></ul></nav>
<main><p>${text(info.description ?? '')}</p>
<p>Address: <code>${text(servers[0]?.url ?? '')}</code>. The same as a file for programs:
<a href="/api/openapi.json">openapi.json</a>. Send an API key as <code>Authorization: Bearer postroom_…</code>;
<code>GET /api/key</code> says what a key is and what it may do. Each refusal is a
<a href="#schema-Problem">problem document</a>.</p>
${shown.map(section).join('\n')}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${schemas
    .map(([name, one]) => `<article><h3 id="schema-${name}">${text(name)}</h3>${describe(one)}</article>`)
    .join('\n')}</section></main></body></html>`;
}

function section({
  name,
  description = '',
  of,
}: {
  name: string;
  description?: string;
  of: Listed[];
}): string {
  const id = anchor(name);
  return `<section aria-labelledby="${id}"><h2 id="${id}">${text(capital(name))}</h2><p>${text(description)}</p>
${of.map(article).join('\n')}</section>`;
}

function article(operation: Listed): string {
  const { operationId = '', method, path, summary = '', description = '', parameters = [] } = operation;
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => /^2/.test(status));
  const refusals = Object.keys(operation.responses ?? {}).filter((status) => /^[45]/.test(status));
  return `<article><h3 id="${text(operationId)}"><a href="#${text(operationId)}">${text(summary)}</a></h3>
<p class="path"><code class="${method}">${method.toUpperCase()}</code> <code>${text(path).replaceAll('/', '/<wbr>')}</code></p>
<p>${text(description)}</p>
${parameters.length === 0 ? '' : `<h4>Parameters</h4>${rows(parameters.map(({ schema = {}, ...one }) => ({ ...one, schema, where: one.in })))}`}
${operation.requestBody ? body('Request', operation.requestBody) : ''}
${answers.map(([status, answer]) => body(`Answer ${status}`, answer)).join('')}
<p class="refusals">Refusals: ${refusals.map((status) => `<code>${status}</code>`).join(' ')}</p></article>`;
}

function body(title: string, { content = {} }: Body): string {
  const json = content['application/json'];
  if (!json?.schema) {
    const types = Object.keys(content).join(', ');
    return `<p><strong>${title}</strong>: ${types === '' ? 'no JSON' : text(types)}</p>`;
  }
  const example = JSON.stringify(json.example ?? null, null, 2);
  return `<details><summary>${title}</summary>${describe(json.schema)}
<h4>Example</h4><pre tabindex="0"><code>${escapeHtml(example)}</code></pre></details>`;
}

/** The members of an object, one row each; of anything else its type. */
function describe(schema: Described): string {
  const { properties, required = [], description = '' } = schema;
  if (!properties) return `<p>${typeOf(schema)} ${text(description)}</p>`;
  const members = Object.entries(properties).map(([name, one]) => ({
    name,
    required: required.includes(name),
    description: one.description,
    schema: one,
  }));
  return `${description ? `<p>${text(description)}</p>` : ''}${rows(members)}`;
}

type Row = { name: string; required?: boolean; description?: string; schema: Described; where?: string };

function rows(members: Row[]): string {
  const lines = members.map(
    ({ name, required, description = '', schema, where }) =>
      `<tr><th scope="row"><code>${text(name)}</code>${required ? '' : ' <small>optional</small>'}</th>
<td>${typeOf(schema)}${where ? ` <small>${text(where)}</small>` : ''}</td><td>${text(description)}</td></tr>`,
  );
  return `<div class="rows"><table><tbody>${lines.join('')}</tbody></table></div>`;
}

/** The type of a schema in words; a schema with a name is a link to it. */
function typeOf(schema: Described, depth = 0): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return `<a href="#schema-${text(name)}">${text(name)}</a>`;
  }
  if (schema.const !== undefined) return `<code>${text(JSON.stringify(schema.const))}</code>`;
  if (schema.enum) return schema.enum.map((one) => `<code>${text(JSON.stringify(one))}</code>`).join(' or ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((one) => typeOf(one, depth)).join(' or ');
  const types = [schema.type ?? []].flat();
  if (types.includes('array')) return `list of ${typeOf(schema.items ?? {}, depth + 1)}`;
  if (schema.properties && depth < 3) {
    const members = Object.entries(schema.properties).map(
      ([name, one]) => `<li><code>${text(name)}</code>: ${typeOf(one, depth + 1)}</li>`,
    );
    return `object<ul>${members.join('')}</ul>`;
  }
  const format = schema.format ? ` (${schema.format})` : '';
  return `${text(types.join(' or ') || 'any value')}${text(format)}`;
}

/** Escaped; names between backquotes are shown as code. */
const text = (words: string) => escapeHtml(words).replace(/`([^`]+)`/g, '<code>$1</code>');
const anchor = (name: string) => `tag-${name.replaceAll(' ', '-')}`;
const capital = (name: string) =>
  name.replace(/^api\b/, 'API').replace(/^./, (letter) => letter.toUpperCase());
