import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { environment, print, root } from './setup.mjs';

/**
 * A step: its title, an npm script, further arguments, environment variables.
 *
 * @typedef {[title: string, script: string, args?: string[], env?: Record<string, string>]} Step
 */

/**
 * Runs all steps in order, prints their output, times and the number of tests, and sets the exit status. Those of a
 * list within the list run two at a time, as many as there are processors; the output of each is printed as a whole.
 *
 * @param {Array<Step | Step[]>} steps
 */
export async function runSteps(steps) {
  const counted = { passed: 0, failed: 0, failedSteps: [] };
  for (const entry of steps) {
    if (typeof entry[0] === 'string') {
      print(`\n── ${entry[0]}`);
      printResult(entry, await runStep(entry, (text, to) => to.write(text)), counted);
      continue;
    }
    const waiting = [...entry];
    const takeNext = async () => {
      for (let step = waiting.shift(); step; step = waiting.shift()) {
        const ended = await runStep(step, () => {});
        print(`\n── ${step[0]}\n${ended.output.trimEnd()}`);
        printResult(step, ended, counted);
      }
    };
    await Promise.all([takeNext(), takeNext()]);
  }

  const { passed, failed, failedSteps } = counted;
  if (failedSteps.length > 0) print(`\nFailed: ${failedSteps.join(', ')}`);
  print(`\n${passed} passed, ${Math.max(failed, failedSteps.length > 0 ? 1 : 0)} failed`);
  process.exitCode = failedSteps.length > 0 ? 1 : 0;
}

/** Prints how a step ended, and counts its tests. */
function printResult([title], { status, output, seconds }, counted) {
  // vitest's last line: "Tests  2 failed | 120 passed (122)"
  const counts = /^\s*Tests\s+(.*)$/m.exec(stripVTControlCharacters(output))?.[1] ?? '';
  counted.passed += Number(/(\d+) passed/.exec(counts)?.[1] ?? 0);
  counted.failed += Number(/(\d+) failed/.exec(counts)?.[1] ?? 0);
  if (status !== 0) counted.failedSteps.push(title);
  print(`── ${title}: ${status === 0 ? 'passed' : 'FAILED'}, ${seconds.toFixed(1)} s`);
}

/** Runs a step; calls `onOutput` with its output, and the stream it belongs to, as it arrives. */
function runStep([, script, args = [], env = {}], onOutput) {
  const began = Date.now();
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
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
      onOutput(text, to);
    });
  }
  return new Promise((resolve) => {
    const end = (status, text) => resolve({ status, output: text, seconds: (Date.now() - began) / 1000 });
    child.on('error', (error) => end(1, String(error)));
    child.on('close', (status) => end(status, output));
  });
}
