import { runAll } from './all.ts';
import { benches } from './benches.ts';
import { assertPossible } from './results.ts';

// `npm run bench -- NAME`: prints a table and, as its last line, one JSON object. `npm run bench` runs all, in less than
// 25 minutes; `npm run bench -- --full` with the sizes that each has alone.

// Within a run of all, it ends with it. What it started ends with it as well.
if (process.send) {
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}
const [name] = process.argv.slice(2);
if (name === undefined || name === '--full') await runAll(name === '--full');
else {
  const bench = benches[name];
  if (!bench) {
    console.error(`There is no bench "${name}". The benches are: ${Object.keys(benches).join(', ')}`);
    process.exit(1);
  }
  console.log(JSON.stringify({ bench: name, ...assertPossible(await bench()) }));
}
