import { enableCompileCache } from 'node:module';

/** Opens a stored index, as a server does when it starts, and looks service providers up in it. */
enableCompileCache();
const { openIndex } = await import('../../packages/metadata/src/index/openIndex.ts');

const [directory = '', then = ''] = process.argv.slice(2);
const start = performance.now();
const { index, read } = openIndex(directory);
const byEntityId = new Map(index.entities.map((entity) => [entity.entityId, entity]));
const seconds = (performance.now() - start) / 1000;
const memory = process.memoryUsage.rss();

/** Microseconds for one, of many spread over the document; the best of some rounds, since others use the machine, too. */
function measure(count: number, ask: (entityId: (typeof index.entities)[number]['entityId']) => unknown): number {
  const asked = Array.from({ length: count }, (_, at) => index.entities[(at * 7919) % index.entities.length]?.entityId);
  const rounds = Array.from({ length: 7 }, () => {
    const from = performance.now();
    for (const entityId of asked) if (entityId !== undefined) ask(entityId);
    return ((performance.now() - from) * 1000) / count;
  });
  return Math.min(...rounds);
}

const looked = then === 'look' ? lookAround() : {};
process.stdout.write(`${JSON.stringify({ entities: index.entities.length, seconds, memory, ...looked })}\n`);

function lookAround(): object {
  return {
    lookUp: measure(100_000, (entityId) => byEntityId.get(entityId)),
    read: measure(100, (entityId) => {
      const entity = byEntityId.get(entityId);
      return entity && read(entity);
    }),
  };
}
