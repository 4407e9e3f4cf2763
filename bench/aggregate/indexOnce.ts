import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Takes in one file as the child process of a refresh does: verifies, cuts and indexes it. Says how long it took, and how
 * much memory. Asked to, it does so again and again, and says what the best of the later times took: that is what a
 * process takes that runs already, and has compiled what it runs.
 */
enableCompileCache();
const { runIntake } = await import('../../packages/metadata/src/library/intake/runIntake.ts');
const { noFilter } = await import('../../packages/metadata/src/trust/filter.ts');

const [file = '', certificate = '', into = '', again = '0'] = process.argv.slice(2);

async function takeIn(directory: string): Promise<number> {
  const start = performance.now();
  await runIntake(
    {
      source: {
        name: 'bench',
        origin: { kind: 'file', path: file },
        signers: [{ file: certificate }],
        unsigned: false,
        allowSha1: false,
        maxValidity: undefined,
        filter: noFilter,
        mayAssert: ['categories', 'scopes'],
        refresh: 3_600_000,
        guard: { mostLost: 0.1 },
      },
      from: { file },
      into: directory,
      now: Date.now(),
    },
    {},
  );
  return (performance.now() - start) / 1000;
}

const seconds = await takeIn(into);
const peak = process.resourceUsage().maxRSS * 1024;
const later: number[] = [];
for (let round = 0; round < Number(again); round++) {
  const directory = join(into, `again-${round}`);
  mkdirSync(directory);
  later.push(await takeIn(directory));
}
process.stdout.write(`${JSON.stringify({ seconds, peak, warm: later.length > 0 ? Math.min(...later) : 0 })}\n`);
