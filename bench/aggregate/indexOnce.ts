import { enableCompileCache } from 'node:module';

/** Verifies, cuts and indexes one file, as the child process of a refresh does; says how long it took, and how much memory. */
enableCompileCache();
const { openSync, readFileSync, readSync, statSync } = await import('node:fs');
const { indexDocument } = await import('../../packages/metadata/src/index/indexDocument.ts');
const { readPinnedKeys } = await import('../../packages/metadata/src/trust/pinnedKeys.ts');
const { noFilter } = await import('../../packages/metadata/src/trust/filter.ts');

const [file = '', certificate = '', into = ''] = process.argv.slice(2);

function* piecesOf(path: string): Iterable<Uint8Array> {
  const buffer = Buffer.allocUnsafe(65_536);
  const descriptor = openSync(path, 'r');
  for (;;) {
    const length = readSync(descriptor, buffer, 0, buffer.length, null);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

const start = performance.now();
const { entities } = await indexDocument(piecesOf(file), {
  source: {
    name: 'bench',
    signers: [],
    unsigned: false,
    allowSha1: false,
    maxValidity: undefined,
    filter: noFilter,
    mayAssert: ['categories', 'scopes'],
    refresh: 3_600_000,
    guard: { mostLost: 0.1 },
  },
  keys: readPinnedKeys([readFileSync(certificate, 'utf8')]),
  now: Date.now(),
  into,
  beside: statSync(file).size > 8_388_608,
});
const seconds = (performance.now() - start) / 1000;
process.stdout.write(`${JSON.stringify({ entities, seconds, peak: process.resourceUsage().maxRSS * 1024 })}\n`);
