import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import '../http/request-log.ts';
import '../google/quota.ts';
import '../metrics/measure-pool.ts';
import { processFigures } from '../metrics/metrics.ts';
import { deploymentFigures } from './deployment-figures.ts';

const ops = fileURLToPath(new URL('../../../ops/', import.meta.url));
const read = (name: string) => readFileSync(`${ops}${name}`, 'utf8');

/** Every figure with its labels; a histogram has three series. */
function knownFigures(): Map<string, string[]> {
  const known = new Map<string, string[]>(
    deploymentFigures.map(({ name, label }) => [name, label ? [label] : []]),
  );
  const metrics = processFigures.getMetricsAsArray() as unknown as Array<{
    name: string;
    type: string;
    labelNames?: string[];
  }>;
  for (const { name, type, labelNames = [] } of metrics) {
    known.set(name, [...labelNames]);
    if (type !== 'histogram') continue;
    for (const suffix of ['_bucket', '_sum', '_count']) known.set(`${name}${suffix}`, [...labelNames, 'le']);
  }
  return known;
}

/** The expressions of a file of rules or of a dashboard. */
function expressionsOf(name: string): string[] {
  const text = read(name);
  if (name.endsWith('.json'))
    return [...text.matchAll(/"expr": (".*")/g)].map(([, json]) => JSON.parse(json!));
  return text
    .split('- alert:')
    .slice(1)
    .map((rule) => rule.split(/\n {8}(for|labels):/)[0]!);
}

test.each(['grafana-dashboard.json', 'prometheus-rules.yml'])('%s names only figures that exist', (name) => {
  const known = knownFigures();
  const expressions = expressionsOf(name);
  expect(expressions.length).toBeGreaterThan(10);
  for (const expression of expressions) {
    const named = [...expression.matchAll(/\b(postroom_\w+)(\{[^}]*\})?/g)];
    for (const [, figure, selector = ''] of named) {
      expect(known.has(figure!), `${figure} in ${expression}`).toBe(true);
      for (const [, label] of selector.matchAll(/(\w+)=~?"/g)) expect(known.get(figure!)).toContain(label);
    }
  }
});

test('every figure of Postroom is on the dashboard', () => {
  const text = read('grafana-dashboard.json');
  const own = deploymentFigures.map(({ name }) => name);
  for (const { name } of processFigures.getMetricsAsArray() as unknown as Array<{ name: string }>)
    if (!/^postroom_(process|nodejs)_/.test(name)) own.push(name);
  expect(own.filter((name) => !text.includes(name))).toEqual([]);
});

test('no figure has a label that names a mailbox, an organization or a person', () => {
  const labels = new Set([...knownFigures().values()].flat());
  const allowed = [
    'route',
    'method',
    'status',
    'le',
    'result',
    'cause',
    'loop',
    'call',
    'kind',
    'state',
    'pool',
    'queue',
  ];
  const ofNode = ['version', 'major', 'minor', 'patch', 'type', 'space'];
  expect([...labels].filter((label) => ![...allowed, ...ofNode].includes(label))).toEqual([]);
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

// promtool is part of Debian's package prometheus, which npm test does not install.
test.skipIf(!hasPromtool)('Prometheus accepts the rules, and they alert when they should', () => {
  for (const args of [
    ['check', 'rules', 'prometheus-rules.yml'],
    ['test', 'rules', 'prometheus-rules.test.yml'],
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ops, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  }
});
