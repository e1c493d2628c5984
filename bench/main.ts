import { benches } from './benches.ts';

// `npm run bench -- NAME`: prints a table and, as its last line, one JSON object.

const [name = ''] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`There is no bench "${name}". The benches are: ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
const figures = await bench();
console.log(JSON.stringify({ bench: name, ...figures }));
