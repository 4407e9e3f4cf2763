import { readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { element, type OutElement } from '@gakumon/saml';
import { type FixedClock, fixedClock, type TestKey, temporaryFolder, testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type MadeOptions, madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { noFilter } from '../trust/filter.ts';
import { keyOf } from './mdq/cachedAnswers.ts';
import { createMdqSource, type MdqOptions, type MdqSource } from './mdq.ts';
import type { MetadataSource } from './source.ts';
import { answerOf, type RawAnswer, type RawServer, startRawServer } from './testing/rawServer.ts';

const hour = 3_600_000;
const entityId = 'https://sp.example.org/sp?a=1&b=学';
const missing = answerOf('', {}, 404);
const broken = answerOf('', {}, 500);

let clock: FixedClock;
let cacheDir: string;
let server: RawServer;
beforeEach(async () => {
  clock = fixedClock();
  cacheDir = join(await temporaryFolder(), 'mdq');
  server = await startRawServer(missing);
});

const sourceOf = (more: Partial<MetadataSource> = {}): MetadataSource => ({
  name: 'mdq',
  origin: { kind: 'mdq', url: server.url.replace('/metadata.xml', '/base/') },
  signers: [{ pem: testKeys.idpSigning.certificatePem }],
  unsigned: false,
  allowSha1: false,
  maxValidity: undefined,
  filter: noFilter,
  mayAssert: ['categories', 'scopes'],
  refresh: hour,
  guard: { mostLost: 1 },
  ...more,
});

async function open(
  limits: MdqOptions['limits'] = {},
  more: Partial<MetadataSource> = {},
  isUsed?: MdqOptions['isUsed'],
): Promise<MdqSource> {
  const source = sourceOf(more);
  const readSignerPems = async (): Promise<readonly string[]> =>
    source.signers.flatMap((signer) => ('pem' in signer ? [signer.pem] : []));
  const mdq = createMdqSource(source, { cacheDir, clock, random: () => 0, readSignerPems, limits, isUsed });
  await mdq.open();
  return mdq;
}

function entityOf(id: string, options: MadeOptions): OutElement {
  const made = madeEntity(id, options);
  return element(made.name, { ...made.attributes, ID: '_entity' }, ...made.children);
}

async function answerAbout(
  id: string,
  options: { validUntil?: number; acs?: string; key?: TestKey } = {},
): Promise<Buffer> {
  const { validUntil = clock() + 48 * hour, acs, key = testKeys.idpSigning } = options;
  return answerOf(await signed(entityOf(id, { validUntil, ...(acs === undefined ? {} : { acs }) }), key));
}

/** The entityIDs that were asked for. */
const asked = (): readonly string[] =>
  server.questions.map((question) => decodeURIComponent(/^GET \/base\/entities\/([^ ]+) /.exec(question)?.[1] ?? '?'));
const found = (id = entityId): object => expect.objectContaining({ entityId: id, source: 'mdq' });

describe('an entity that somebody asks for', () => {
  test('is asked for by its percent-encoded entityID, once, and kept', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    expect(mdq.list()).toEqual([]);
    expect(await mdq.find(entityId)).toEqual(found());
    expect(await mdq.find(entityId)).toEqual(found());
    expect(asked()).toEqual([entityId]);
    expect(server.questions[0]).toContain('/base/entities/https%3A%2F%2Fsp.example.org%2Fsp%3Fa%3D1%26b%3D%E5%AD%A6 ');
    expect(mdq.list()).toEqual([found()]);
    expect(mdq.state()).toEqual({ cached: 1, answeredAt: clock(), problem: undefined, turnedAway: 0 });
  });

  test('is one question, however many ask at once', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    const all = await Promise.all(Array.from({ length: 50 }, () => mdq.find(entityId)));
    expect(all).toEqual(Array.from({ length: 50 }, () => found()));
    expect(asked()).toHaveLength(1);
  });

  test('is asked for again when it has grown old, in the background', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    await mdq.find(entityId);
    clock.advance(hour);
    server.answer = await answerAbout(entityId, { acs: 'https://sp.example.org/new' });
    expect(await mdq.find(entityId)).toMatchObject({ assertionConsumerServices: [{ location: `${entityId}/acs` }] });
    await mdq.settled();
    expect(await mdq.find(entityId)).toMatchObject({
      assertionConsumerServices: [{ location: 'https://sp.example.org/new' }],
    });
    expect(asked()).toHaveLength(2);
  });

  test('goes on while the server is away, until its validUntil', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    await mdq.find(entityId);
    server.answer = broken;
    for (let hours = 1; hours < 48; hours += 1) {
      clock.advance(hour);
      expect(await mdq.find(entityId)).toEqual(found());
      await mdq.settled();
    }
    expect(mdq.state()).toMatchObject({ cached: 1, problem: { message: expect.stringContaining('HTTP 500') } });
    clock.advance(hour);
    expect(await mdq.find(entityId)).toBeUndefined();
    expect(mdq.list()).toEqual([]);
  });

  test('goes on after a start without the server, verified again', async () => {
    server.answer = await answerAbout(entityId);
    const first = await open();
    await first.find(entityId);
    await first.close();
    await server.stop();
    const second = await open();
    expect(await second.find(entityId)).toEqual(found());
    const third = await open();
    await third.settled();
    expect(third.list()).toEqual([found()]);
  });

  test('that the server has lost goes on for an hour, in case it is a mishap', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    await mdq.find(entityId);
    server.answer = missing;
    clock.advance(hour);
    for (const pause of [0, hour / 2]) {
      clock.advance(pause);
      expect(await mdq.find(entityId)).toEqual(found());
      await mdq.settled();
    }
    clock.advance(hour / 2);
    await mdq.find(entityId);
    await mdq.settled();
    expect(await mdq.find(entityId)).toBeUndefined();
    await mdq.settled();
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('does without a disk', async () => {
    await writeFile(cacheDir, 'a file where the folder should be');
    server.answer = await answerAbout(entityId);
    const mdq = await open();
    expect(await mdq.find(entityId)).toEqual(found());
    expect(mdq.state().problem).toBeDefined();
  });

  test('that was kept survives a mistake in the configuration', async () => {
    server.answer = await answerAbout(entityId);
    await (await open()).find(entityId);
    await server.stop();
    const mistaken = await open({}, { signers: [{ pem: testKeys.stranger.certificatePem }] });
    expect(await mistaken.find(entityId)).toBeUndefined();
    await mistaken.close();
    expect(await (await open()).find(entityId)).toEqual(found());
  });

  test('may be left out by the filter', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open({}, { filter: { ...noFilter, exceptEntityIds: [entityId] } });
    expect(await mdq.find(entityId)).toBeUndefined();
    expect(mdq.state().problem).toBeUndefined();
  });
});

describe('attack: an answer that is not to be believed is refused with a reason, and not asked for again at once', () => {
  const other = 'https://evil.example/sp';
  const cases: readonly (readonly [string, () => Promise<RawAnswer>, string])[] = [
    ['another entity, properly signed', () => answerAbout(other), 'the server told of "https://evil.example/sp"'],
    ['a stranger signed it', () => answerAbout(entityId, { key: testKeys.stranger }), 'metadata-signature'],
    ['nobody signed it', async () => answerOf(unsigned(madeEntity(entityId))), 'is not signed'],
    ['it has expired', () => answerAbout(entityId, { validUntil: clock() - 1 }), 'metadata-expired'],
    ['it is valid for too long', () => answerAbout(entityId, { validUntil: clock() + 99 * 24 * hour }), 'days ahead'],
    [
      'an aggregate that holds it',
      async () =>
        answerOf(await signed(madeAggregate([entityId], { validUntil: clock() + hour }), testKeys.idpSigning)),
      'not one EntityDescriptor',
    ],
    ['a redirect', async () => 'HTTP/1.1 302 X\r\nLocation: https://evil.example/\r\n\r\n', 'redirects to'],
    ['an HTML page', async () => answerOf('<html>', { 'Content-Type': 'text/html' }), 'an HTML page'],
    ['more than a mebibyte', async () => answerOf(`<a>${'a'.repeat(1_048_576)}`), 'more than the 1048576'],
    ['silence', async () => () => {}, 'no answer within 0.1 s'],
  ];
  test.each(cases)('%s', async (_name, make, reason) => {
    server.answer = await make();
    const mdq = await open({ firstByte: 100 }, { maxValidity: 15 * 24 * hour });
    expect(await mdq.find(entityId)).toBeUndefined();
    expect(mdq.state()).toMatchObject({ cached: 0, problem: { message: expect.stringContaining(reason) } });
    expect(await mdq.find(entityId)).toBeUndefined();
    expect(asked()).toHaveLength(1);
    expect(await readdir(cacheDir)).toEqual([]);
    server.answer = await answerAbout(entityId);
    clock.advance(30_000);
    expect(await mdq.find(entityId)).toEqual(found());
    expect(mdq.state().problem).toBeUndefined();
  });

  test('what was put into the cache folder by somebody else', async () => {
    server.answer = await answerAbout(entityId);
    await (await open()).find(entityId);
    const [name = ''] = await readdir(cacheDir);
    await writeFile(join(cacheDir, name), await signed(entityOf(entityId, {}), testKeys.stranger));
    server.answer = missing;
    const mdq = await open();
    await mdq.settled();
    expect(mdq.list()).toEqual([]);
    expect(await mdq.find(entityId)).toBeUndefined();
    expect(asked()).toHaveLength(2);
  });

  test('an answer that was given the name of another in the cache folder', async () => {
    server.answer = await answerAbout(other);
    await (await open()).find(other);
    const [name = ''] = await readdir(cacheDir);
    await rename(join(cacheDir, name), join(cacheDir, `${keyOf(entityId)}.xml`));
    server.answer = missing;
    const mdq = await open();
    await mdq.settled();
    expect(mdq.list()).toEqual([]);
    expect(await mdq.find(entityId)).toBeUndefined();
  });

  test('unsigned answers are for loopback and https only', () => {
    const origin = { kind: 'mdq', url: 'http://mdq.example.org/' } as const;
    const source = sourceOf({ origin, signers: [], unsigned: true });
    const options = { cacheDir, clock, random: () => 0, readSignerPems: async () => [] };
    expect(() => createMdqSource(source, options)).toThrow(expect.objectContaining({ code: 'metadata-address' }));
  });
});

describe('attack: a flood of made-up entityIDs', () => {
  test.each([
    'no-uri',
    '',
    'https://sp.example.org/a b',
    'https://sp.example.org/\u0000',
    'https://sp.example.org/\u200b',
    'https://sp.example.org/\ud800',
    `https://sp.example.org/${'a'.repeat(1024)}`,
    '../../etc/passwd',
  ])('%j never goes out', async (id) => {
    const mdq = await open();
    expect(await mdq.find(id)).toBeUndefined();
    expect(server.questions).toEqual([]);
  });

  test('an unknown one is asked for once in ten minutes', async () => {
    const mdq = await open();
    for (let times = 0; times < 5; times += 1) expect(await mdq.find(entityId)).toBeUndefined();
    expect(asked()).toHaveLength(1);
    clock.advance(hour / 6);
    await mdq.find(entityId);
    expect(asked()).toHaveLength(2);
    expect(mdq.state().problem).toBeUndefined();
  });

  test('goes out at a bounded rate, waits for nothing, and leaves what is known alone', async () => {
    server.answer = await answerAbout(entityId);
    const mdq = await open({ perSecond: 2, burst: 6, inFlight: 100 });
    await mdq.find(entityId);
    server.answer = missing;
    const flood = (name: string): Promise<unknown> =>
      Promise.all(Array.from({ length: 40 }, (_, index) => mdq.find(`https://sp.example.org/${name}${index}`)));
    await flood('a');
    expect(asked()).toHaveLength(6);
    expect(mdq.state()).toMatchObject({
      turnedAway: 35,
      problem: { message: expect.stringContaining('was not asked') },
    });
    expect(await mdq.find(entityId)).toEqual(found());
    clock.advance(1500);
    await flood('b');
    expect(asked()).toHaveLength(9);
  });

  test('has only so many questions in flight', async () => {
    const held: (() => void)[] = [];
    server.answer = (socket) => void held.push(() => socket.end(missing));
    const mdq = await open({ inFlight: 3 });
    const flood = Array.from({ length: 20 }, (_, index) => mdq.find(`https://sp.example.org/${index}`));
    await Promise.all(flood.slice(3));
    expect(mdq.state().turnedAway).toBe(17);
    await mdq.close();
    expect(await Promise.all(flood)).toEqual(Array.from({ length: 20 }));
  });

  test('takes no place of what people use, of what others tell of, or of what is asked for again', async () => {
    const isUsed = (id: string): boolean => id.includes('used');
    server.answer = await answerAbout(entityId);
    const mdq = await open({ inFlight: 3, burst: 3 }, {}, isUsed);
    await mdq.find(entityId);
    clock.advance(hour);
    const held: (() => void)[] = [];
    const { promise: sixAsked, resolve } = Promise.withResolvers<void>();
    server.answer = (socket) => void (held.push(() => socket.end(missing)) === 6 && resolve());
    const questions = Array.from({ length: 20 }, (_, index) => mdq.ask(`https://flood.example/${index}`));
    await Promise.all(questions.slice(3));
    const used = mdq.ask('https://used.example.org/');
    const told = mdq.ask('https://told.example.org/', true);
    expect(await mdq.find(entityId)).toEqual(found());
    await sixAsked;
    for (const answer of held) answer();
    expect([await used, await told]).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
    expect(await Promise.all(questions.slice(0, 4))).toMatchObject([
      ...Array.from({ length: 3 }, () => ({ kind: 'absent' })),
      { kind: 'undecided', why: expect.stringContaining('was not asked') },
    ]);
  });

  test('a server that asks to be left alone is, for a minute at most', async () => {
    server.answer = answerOf('', { 'Retry-After': '3600' }, 429);
    const mdq = await open();
    await mdq.find('https://sp.example.org/1');
    await mdq.find('https://sp.example.org/2');
    expect(asked()).toHaveLength(1);
    clock.advance(60_000);
    await mdq.find('https://sp.example.org/3');
    expect(asked()).toHaveLength(2);
  });
});

describe('bounds', () => {
  test('only so many entities are kept, in memory and as files', async () => {
    const mdq = await open({ entities: 3, parsed: 1 });
    const ids = [1, 2, 3, 4, 5].map((number) => `https://sp.example.org/${number}`);
    for (const id of ids) {
      server.answer = await answerAbout(id);
      await mdq.find(id);
    }
    expect(mdq.list().map((one) => one.entityId)).toEqual(ids.slice(2));
    await mdq.settled();
    expect(await readdir(cacheDir)).toHaveLength(3);
    expect(await mdq.find(ids[2] ?? '')).toEqual(found(ids[2]));
    expect(asked()).toEqual(ids);
  });

  test('a start looks at the newest files only', async () => {
    const mdq = await open();
    const ids = [1, 2, 3].map((number) => `https://sp.example.org/${number}`);
    for (const id of ids) {
      server.answer = await answerAbout(id);
      await mdq.find(id);
      clock.advance(1000);
    }
    await writeFile(join(cacheDir, 'left.part'), '');
    await utimes(join(cacheDir, 'left.part'), 0, 0);
    server.answer = missing;
    const next = await open({ entities: 2 });
    expect(await readdir(cacheDir)).toHaveLength(2);
    const answers = await Promise.all(ids.map((id) => next.find(id)));
    expect(answers).toEqual([undefined, found(ids[1]), found(ids[2])]);
  });
});
