import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { environment, print, root } from './setup.mjs';

/**
 * Runs all steps in order, prints their output, times and the number of tests, and sets the exit status.
 * A step: its title, an npm script, further arguments, environment variables.
 *
 * @param {Array<[title: string, script: string, args?: string[], env?: Record<string, string>]>} steps
 */
export async function runSteps(steps) {
  let passed = 0;
  let failed = 0;
  const failedSteps = [];
  for (const [title, script, args = [], env = {}] of steps) {
    print(`\n── ${title}`);
    const began = Date.now();
    const { status, output } = await runStreaming('npm', ['run', '--silent', script, '--', ...args], env);
    // vitest's last line: "Tests  2 failed | 120 passed (122)"
    const counts = /^\s*Tests\s+(.*)$/m.exec(stripVTControlCharacters(output))?.[1] ?? '';
    passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
    failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
    if (status !== 0) failedSteps.push(title);
    const result = status === 0 ? 'passed' : 'FAILED';
    print(`── ${title}: ${result}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }

  if (failedSteps.length > 0) print(`\nFailed: ${failedSteps.join(', ')}`);
  print(`\n${passed} passed, ${Math.max(failed, failedSteps.length > 0 ? 1 : 0)} failed`);
  process.exitCode = failedSteps.length > 0 ? 1 : 0;
}

/** Runs a step and prints its output as it arrives. */
function runStreaming(command, args, env) {
  const child = spawn(command, args, {
    cwd: root,
    env: environment({ NO_COLOR: '1', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => {
      output += text;
      to.write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, output: String(error) }));
    child.on('close', (status) => resolve({ status, output }));
  });
}
