import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { plantedFaults, plantIn } from '../planted-faults.ts';

// Loaded into the processes of a self-test before their own code (`--import`): changes the source of the modules that the
// fault TORTURE_FAULT is planted in, as they are loaded.

const fault = plantedFaults.find(({ name }) => name === process.env.TORTURE_FAULT);

if (fault) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || loaded.source == null) return loaded;
      const path = fileURLToPath(url);
      const edits = fault.edits.filter(({ file }) => path.endsWith(`/server/src/${file}`));
      if (edits.length === 0) return loaded;
      const source =
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: plantIn(source, edits) };
    },
  });
}
