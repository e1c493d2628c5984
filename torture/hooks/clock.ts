import { readFileSync } from 'node:fs';

// Loaded into the processes of a run before their own code (`--import`): their clock differs from the machine's by the
// milliseconds in the file TORTURE_CLOCK, which the run changes.

const file = process.env.TORTURE_CLOCK;
const machineNow = Date.now.bind(Date);
let offset = 0;

function readOffset(): void {
  try {
    offset = Number(readFileSync(file!, 'utf8')) || 0;
  } catch {
    // Not written yet.
  }
}

if (file) {
  readOffset();
  setInterval(readOffset, 100).unref();
  const now = () => machineNow() + offset;
  globalThis.Date = new Proxy(Date, {
    construct: (target, values, created) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, created),
    apply: () => new Date(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
