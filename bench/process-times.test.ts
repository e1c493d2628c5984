import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { followProcesses, processTimes } from './process-times.ts';

test('the time of a process whose parent ended before it is counted', async () => {
  const followed = followProcesses();
  onTestFinished(() => void followed.end());
  const before = followed.ticks();
  // Works for half a second of processor time, and 20 ms as user and system time are each rounded down to a tick; then
  // waits for the end of its input.
  const work = `
    const used = () => { const { user, system } = process.cpuUsage(); return user + system };
    while (used() < 520_000);
    console.log(process.pid);
    process.stdin.resume()`;
  const parent = spawn('sh', [
    '-c',
    'exec 3<&0; "$0" -e "$1" <&3 & exec sleep 60 >&-',
    process.execPath,
    work,
  ]);
  const [pid] = await once(parent.stdout, 'data');
  followed.ticks();
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  parent.stdin.end();
  // In a container whose first process waits for no orphans it stays, and can be read for ever.
  await vi.waitFor(() => expect(processTimes(Number(pid))).toBeNull(), { timeout: 3_000 }).catch(() => {});
  expect(followed.ticks() - before).toBeGreaterThanOrEqual(50);
});
