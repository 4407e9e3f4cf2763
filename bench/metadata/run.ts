import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startRedis } from '../redisProcess.ts';
import { startFederation } from './federationNode.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import { measureStarts } from './starts.ts';

/**
 * What a large federation costs a node that serves: latency while its aggregate is refreshed, memory, starts and look-ups.
 * Sessions are in a Redis of its own. Prints JSON.
 *
 *   node bench/metadata/run.ts [--parts latency,memory,starts] [--entities 10000] [--logins 10000] [--rounds 8]
 */
const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: 'latency,memory,starts' },
    entities: { type: 'string', default: '10000' },
    logins: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '8' },
  },
});
const parts = options.parts.split(',');
const entities = Number(options.entities);
const figures: Record<string, object> = {};

async function measure(part: string, work: () => Promise<object>): Promise<void> {
  if (!parts.includes(part)) return;
  const [before = 0] = loadavg();
  figures[part] = { ...(await work()), loadBefore: before };
}

if (parts.includes('latency') || parts.includes('memory')) {
  const redis = await startRedis();
  const federation = await startFederation(entities);
  try {
    await measure('latency', () => measureLatency(federation, redis.url, Number(options.rounds)));
    await measure('memory', () => measureMemory(federation, entities, redis.url, Number(options.logins)));
  } finally {
    await federation.remove();
    await redis.stop();
  }
}
await measure('starts', () => measureStarts(entities));

process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
mkdirSync('var', { recursive: true });
writeFileSync('var/bench-metadata.json', `${JSON.stringify({ node: process.version, entities, figures }, null, 2)}\n`);
