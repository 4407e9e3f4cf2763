import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { signEnveloped } from '../signature/signEnveloped.ts';
import { verifyEnvelopedStream } from '../signature/verifyStream.ts';
import { canonicaliseStream } from './canonicaliseStream.ts';
import type { CanonicalSink } from './canonicalSink.ts';
import type { XmlEvent } from './nodes.ts';
import { element } from './outElement.ts';
import { writeCanonical } from './writer.ts';

const { spSigning } = testKeys;

/** Cuts out the octets of every element of a name, and what had been declared around it. */
function createCutter(localName: string) {
  const pieces: Uint8Array[] = [];
  const events: XmlEvent[] = [];
  const cuts: { from: number; to: number; around: Record<string, string> }[] = [];
  const open: string[] = [];
  const sink: CanonicalSink = {
    write: (octets) => pieces.push(octets),
    before: (event, place) => {
      events.push(event);
      if (event.kind !== 'start') return;
      open.push(event.localName);
      if (event.localName !== localName) return;
      cuts.push({ from: place.flush(), to: 0, around: Object.fromEntries(place.rendered()) });
    },
    after: (event, place) => {
      const last = cuts.at(-1);
      if (event.kind === 'end' && open.pop() === localName && last !== undefined) last.to = place.flush();
    },
  };
  const whole = () => Buffer.concat(pieces).toString();
  const parts = () => cuts.map(({ from, to }) => Buffer.concat(pieces).subarray(from, to).toString());
  return { sink, events, cuts, whole, parts };
}

const inPieces = (text: string): Buffer[] => (text.match(/.{1,7}/gsu) ?? []).map((one) => Buffer.from(one));

describe('a document without a signature', () => {
  const document =
    '<?xml version="1.0"?><!-- a --><?p q?><r:r xmlns:r="urn:r" xmlns:o="urn:o" xmlns:unused="urn:u">\r\n<e  b="2" a=\'1\'>学<!-- c -->門&#13;</e><o:x><e o:a="]"><![CDATA[<]]></e></o:x><?p q?></r:r><!-- z -->';

  test('comes in exclusive canonical form, its root alone, without comments', async () => {
    const { sink, whole } = createCutter('e');
    await canonicaliseStream(inPieces(document), {}, sink);
    expect(whole()).toBe(
      '<r:r xmlns:r="urn:r">\n<e a="1" b="2">学門&#xD;</e><o:x xmlns:o="urn:o"><e o:a="]">&lt;</e></o:x><?p q?></r:r>',
    );
  });

  test('says at each event where it is, and what was declared around', async () => {
    const { sink, parts, cuts } = createCutter('e');
    await canonicaliseStream(inPieces(document), {}, sink);
    expect(parts()).toEqual(['<e a="1" b="2">学門&#xD;</e>', '<e o:a="]">&lt;</e>']);
    expect(cuts.map(({ around }) => around)).toEqual([{ r: 'urn:r' }, { r: 'urn:r', o: 'urn:o' }]);
  });

  test('shows no comment to whoever watches, and nothing outside the root', async () => {
    const { sink, events } = createCutter('e');
    await canonicaliseStream(inPieces(document), {}, sink);
    expect(events.filter(({ kind }) => kind === 'comment')).toEqual([]);
    expect(events.filter(({ kind }) => kind === 'processingInstruction')).toHaveLength(1);
    expect(events.at(-1)).toEqual({ kind: 'end' });
  });

  test('is refused when its canonical form grows out of all proportion', async () => {
    const wide = Array.from({ length: 60 }, (_, at) => `xmlns:p${at}="urn:${'x'.repeat(50)}${at}"`).join(' ');
    const uses = Array.from({ length: 60 }, (_, at) => `p${at}:a=""`).join(' ');
    const grows = `<a ${wide}>${`<b ${uses}/>`.repeat(20)}</a>`;
    const limits = { bytes: grows.length };
    await expect(canonicaliseStream([Buffer.from(grows)], limits, { write: () => {} })).rejects.toMatchObject({
      code: 'xml-limit',
      detail: 'canonical form',
    });
  });

  test('stops when whoever watches throws, and asks for no more', async () => {
    let asked = 0;
    function* pieces(): Iterable<Uint8Array> {
      yield Buffer.from('<a>');
      for (;;) {
        asked += 1;
        yield Buffer.from('<b/>');
      }
    }
    const sink: CanonicalSink = {
      write: () => {},
      before: (event) => {
        if (event.kind === 'end') throw new RangeError('enough');
      },
    };
    await expect(canonicaliseStream(pieces(), {}, sink)).rejects.toThrow('enough');
    expect(asked).toBe(1);
  });
});

describe('a signed document', () => {
  const entities = Array.from({ length: 3000 }, (_, at) =>
    element('md:EntityDescriptor', { entityID: `urn:${at}` }, '学'.repeat(at % 40)),
  );
  const extensions = element('md:Extensions', {}, 'said before the Signature');
  const aggregate = element('md:EntitiesDescriptor', { ID: '_all' }, extensions, ...entities);

  test('is watched from its first event, those in front of the Signature included, in order', async () => {
    const signed = await signEnveloped(aggregate, { ...spSigning, algorithm: 'rsa-sha256' });
    const [, signature = ''] = /(<ds:Signature .*<\/ds:Signature>)/s.exec(signed) ?? [];
    const moved = signed.replace(signature, '').replace('</md:Extensions>', `</md:Extensions>${signature}`);
    const { sink, events, whole, parts, cuts } = createCutter('EntityDescriptor');
    await verifyEnvelopedStream([Buffer.from(moved)], [spSigning.publicKey], {}, sink);
    expect(whole()).toBe(writeCanonical(aggregate));
    expect(parts()).toEqual(entities.map((one) => writeCanonical(one).replace(/ xmlns:md="[^"]*"/, '')));
    expect(cuts[0]?.around).toEqual({ md: 'urn:oasis:names:tc:SAML:2.0:metadata' });
    expect(events.slice(0, 3).map((event) => (event.kind === 'start' ? event.localName : event.kind))).toEqual([
      'EntitiesDescriptor',
      'Extensions',
      'text',
    ]);
    expect(events.some((event) => event.kind === 'start' && event.localName === 'Signature')).toBe(false);
  });

  test('shows its Signature before it is verified', async () => {
    const signed = await signEnveloped(aggregate, { ...spSigning, algorithm: 'rsa-sha256' });
    const seen: string[] = [];
    const claimed = ({ localName }: { localName: string }) => seen.push(localName);
    const attempt = verifyEnvelopedStream(
      [Buffer.from(signed)],
      [testKeys.stranger.publicKey],
      {},
      { write: () => {}, claimed },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'signature-invalid' });
    expect(seen).toEqual(['Signature']);
  });
});
