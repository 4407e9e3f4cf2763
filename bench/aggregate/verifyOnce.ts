import { X509Certificate } from 'node:crypto';
import { openSync, readFileSync, readSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { aggregateXmlLimits, verifyEnvelopedStream } = await import('../../packages/saml/src/index.ts');

/** Verifies one file as a stream, and says how much canonical form there was and how much memory it took at most. */
const [file = '', certificate = ''] = process.argv.slice(2);
const { publicKey } = new X509Certificate(readFileSync(certificate));

function* piecesOf(path: string): Iterable<Uint8Array> {
  const buffer = Buffer.allocUnsafe(65_536);
  const descriptor = openSync(path, 'r');
  for (;;) {
    const length = readSync(descriptor, buffer, 0, buffer.length, null);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

let bytes = 0;
const start = performance.now();
await verifyEnvelopedStream(
  piecesOf(file),
  [publicKey],
  { ...aggregateXmlLimits, allowEmptyUri: true, allowInclusive: true },
  {
    write: (piece) => {
      bytes += piece.length;
    },
  },
);
const seconds = (performance.now() - start) / 1000;
process.stdout.write(`${JSON.stringify({ bytes, seconds, peak: process.resourceUsage().maxRSS * 1024 })}\n`);
