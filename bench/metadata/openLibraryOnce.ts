import { join } from 'node:path';
import { openLibrary } from '../../packages/assembly/src/index.ts';
import { loadConfig } from '../../packages/config/src/index.ts';
import { listServiceProviders } from './makeFederation.ts';

/**
 * Opens the library of a node as a start does, and looks service providers up, for the first time and then again; the
 * best of several libraries, as the first reads what is not compiled yet. Microseconds for a look-up.
 */
const [folder = '', entities = '0'] = process.argv.slice(2);
const config = await loadConfig(join(folder, 'gakumon.yaml'), process.env);
const known = listServiceProviders(Number(entities)).map(({ entityId }) => entityId);
const asked = Array.from({ length: 40 }, (_, at) => known[(at * 7919) % known.length] ?? '');
const libraries = 15;
const again = 20;

async function openAndLook(): Promise<{ seconds: number; cold: number; cached: number }> {
  const library = openLibrary(config, undefined, Date.now);
  const start = performance.now();
  await library.open();
  const seconds = (performance.now() - start) / 1000;
  const lookUp = async (): Promise<number> => {
    const from = performance.now();
    for (const entityId of asked) {
      const found = await library.serviceProviders.find(entityId);
      if (known.length > 0 && found === undefined) throw new Error(`${entityId} is not known`);
    }
    return ((performance.now() - from) * 1000) / asked.length;
  };
  const cold = await lookUp();
  let cached = cold;
  for (let round = 0; round < again; round += 1) cached = Math.min(cached, await lookUp());
  await library.close();
  return { seconds, cold, cached };
}

const { seconds, ...first } = await openAndLook();
let best = first;
for (let round = 1; round < libraries; round += 1) {
  const { cold, cached } = await openAndLook();
  best = { cold: Math.min(best.cold, cold), cached: Math.min(best.cached, cached) };
}
process.stdout.write(`${JSON.stringify({ seconds, ...best })}\n`);
