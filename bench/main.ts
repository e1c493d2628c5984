import { runAll } from './all.ts';
import { benches } from './benches.ts';
import { assertPossible } from './results.ts';

// `npm run bench -- NAME`: prints a table and, as its last line, one JSON object. `npm run bench` runs all, in less than
// 25 minutes; `npm run bench -- --full` with the sizes that each has alone; `npm run bench -- NAME NAME` those alone.

// Within a run of all, it ends with it. What it started ends with it as well.
if (process.send) {
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}
const names = process.argv.slice(2);
const isFull = names[0] === '--full';
const unknown = names.find((name) => !isFull && !benches[name]);
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". The benches are: ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
if (names.length === 1 && !isFull) {
  const [name] = names;
  console.log(JSON.stringify({ bench: name, ...assertPossible(await benches[name!]!()) }));
} else await runAll({ isFull, names: isFull ? [] : names });
