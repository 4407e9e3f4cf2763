import { testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { element } from '../xml/outElement.ts';
import { writeCanonical } from '../xml/writer.ts';
import { signEnveloped } from './signEnveloped.ts';
import { verifyEnvelopedStream } from './verifyStream.ts';

const { spSigning, stranger } = testKeys;
const entities = Array.from({ length: 2000 }, (_, index) =>
  element('md:EntityDescriptor', { entityID: `urn:${index}` }, `学${'門'.repeat(index % 50)}`),
);
const aggregate = element('md:EntitiesDescriptor', { ID: '_all' }, ...entities);
const refusal = (code: string) => expect.objectContaining({ code });

let document: Buffer;
beforeAll(async () => {
  document = Buffer.from(await signEnveloped(aggregate, { ...spSigning, algorithm: 'rsa-sha256' }));
});

function* cut(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  // One buffer for all pieces, as whoever reads a file has
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

describe('a document in pieces', () => {
  test.each([997, 65_536])('of %i octets is verified, and its canonical form is handed on', async (size) => {
    const written: Uint8Array[] = [];
    const by = await verifyEnvelopedStream(
      cut(document, size),
      [spSigning.publicKey],
      {},
      {
        write: (piece) => written.push(piece),
      },
    );
    expect(by.key).toBe(spSigning.publicKey);
    expect(Buffer.concat(written).toString()).toBe(writeCanonical(aggregate));
  });

  test('that come with time between them is verified too', async () => {
    async function* slowly(): AsyncIterable<Uint8Array> {
      for (const piece of cut(document, 20_000)) {
        await new Promise((resolve) => setImmediate(resolve));
        yield piece;
      }
    }
    const by = verifyEnvelopedStream(slowly(), [stranger.publicKey, spSigning.publicKey], {}, { write: () => {} });
    expect((await by).key).toBe(spSigning.publicKey);
  });

  test.each([
    ['that ends too early', (whole: Buffer) => whole.subarray(0, -1), 'xml-malformed'],
    ['with another one behind it', (whole: Buffer) => Buffer.concat([whole, whole]), 'xml-malformed'],
    ['with a NUL at its end', (whole: Buffer) => Buffer.concat([whole, Buffer.from([0])]), 'xml-malformed'],
    ['that ends within a character', (whole: Buffer) => Buffer.concat([whole, Buffer.from([0xe5])]), 'xml-encoding'],
    ['changed in its last entity', (whole: Buffer) => changed(whole, 'urn:1999', 'urn:1998'), 'signature-invalid'],
    ['as UTF-16', (whole: Buffer) => Buffer.from(whole.toString(), 'utf16le'), 'xml-encoding'],
    ['without anything in it', () => Buffer.alloc(0), 'xml-malformed'],
  ] as const)('%s is refused', async (_, change, code) => {
    const pieces = cut(change(document), 10_000);
    const verified = verifyEnvelopedStream(pieces, [spSigning.publicKey], {}, { write: () => {} });
    await expect(verified).rejects.toEqual(refusal(code));
  });

  test('that never ends is refused at the bound, and no more is asked for', async () => {
    let asked = 0;
    let closed = false;
    function* endless(): Iterable<Uint8Array> {
      try {
        yield document.subarray(0, -'</md:EntitiesDescriptor>'.length);
        for (;;) {
          asked++;
          yield Buffer.from('<md:EntityDescriptor/>'.repeat(100));
        }
      } finally {
        closed = true;
      }
    }
    const verified = verifyEnvelopedStream(
      endless(),
      [spSigning.publicKey],
      { bytes: 1_000_000, children: 1e6 },
      { write: () => {} },
    );
    await expect(verified).rejects.toEqual(refusal('xml-limit'));
    expect(asked).toBeLessThan(1_000_000 / 2200 + 2);
    expect(closed).toBe(true);
  });

  test('with a text that never ends is refused while it comes', async () => {
    let asked = 0;
    function* endless(): Iterable<Uint8Array> {
      yield Buffer.from('<a ID="_1"><b>');
      for (;;) {
        asked++;
        yield Buffer.alloc(65_536, 'x');
      }
    }
    const limits = { bytes: 1e9, piece: 1_048_576 };
    const verified = verifyEnvelopedStream(endless(), [spSigning.publicKey], limits, { write: () => {} });
    await expect(verified).rejects.toEqual(refusal('xml-limit'));
    expect(asked).toBeLessThan(20);
  });
});

function changed(whole: Buffer, from: string, to: string): Buffer {
  return Buffer.from(whole.toString().replace(from, to));
}
