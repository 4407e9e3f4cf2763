import type { ReleaseRule, StoredIdGenerator } from '@gakumon/attributes';
import { computeId } from '@gakumon/attributes';
import type { Idp, SsoStep, StoredId, StoredIds } from '@gakumon/idp';
import { type EntityId, GakumonError, hours, nameIdFormats } from '@gakumon/terms';
import { fixedClock, type PretendSp, pretendSp, type SendOptions } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

const salt = Buffer.from('0123456789abcdef');
const computation = { salt, algorithm: 'sha1', encoding: 'base32' } as const;
const random: StoredIdGenerator = { kind: 'stored', name: 'kept', source: 'username', first: 'random' };
const computed: StoredIdGenerator = { ...random, first: computation };
const targetedIdName = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10';
const pairwiseIdName = 'urn:oasis:names:tc:SAML:attribute:pairwise-id';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const person = 's1234567';

const releasing = (...release: string[]): readonly ReleaseRule[] => [{ name: 'r', to: 'any', release, deny: [] }];
const naming: ReleaseRule = { name: 'n', to: 'any', release: [], deny: [], nameId: [nameIdFormats.persistent] };
const persistently: SendOptions = { nameIdPolicy: { format: nameIdFormats.persistent } };

async function begin(rules: readonly ReleaseRule[], generator = random, changes: Partial<Idp> = {}) {
  const clock = fixedClock();
  const sps = ['one', 'two'].map((host) =>
    pretendSp({
      clock,
      entityId: `https://${host}.example.org/sp`,
      acs: [`https://${host}.example.org/acs`],
      encryptionKeys: [],
    }),
  );
  const made = await makeTestIdp(sps, { clock, rules });
  const identifierGenerators = { targetedId: generator, pairwiseId: generator, persistent: generator };
  const idp: Idp = { ...made.idp, identifierGenerators, ...changes };
  return { ...made, clock, idp, sp: sps[0] as PretendSp, other: sps[1] as PretendSp };
}

const nobody = { ...browser, session: undefined };

/** Signs on anew, and gives what the SP was told. */
async function signOn(idp: Idp, sp: PretendSp, options: SendOptions = {}) {
  const { attempt, requestId } = await ask(idp, sp, options);
  const step: SsoStep = await logIn(idp, attempt, nobody);
  const { assertion, status } = readBy(sp, step, requestId);
  const written = assertion?.attributes[targetedIdName]?.[0]?.split('!')[2];
  const pairwise = assertion?.attributes[pairwiseIdName]?.[0];
  return { targetedId: written, pairwise, nameId: assertion?.nameId, status };
}

const rowsOf = (idp: Idp): Promise<readonly StoredId[]> => idp.storedIds.listOfPerson(person);

/** Counts how often the records were asked. */
function counting(storedIds: StoredIds): { readonly port: StoredIds; asked: number } {
  const counter = { asked: 0, port: storedIds };
  const count =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      counter.asked += 1;
      return work(...args);
    };
  counter.port = {
    ...storedIds,
    find: count(storedIds.find),
    add: count(storedIds.add),
    deactivate: count(storedIds.deactivate),
    findByValue: count(storedIds.findByValue),
    listOfPerson: count(storedIds.listOfPerson),
  };
  return counter;
}

describe('a stored identifier', () => {
  test('is drawn at the first login, kept from then on, and another one at another SP', async () => {
    const { idp, sp, other, clock } = await begin(releasing('eduPersonTargetedID'));
    const first = await signOn(idp, sp);
    expect(first.targetedId).toMatch(uuid);
    clock.advance(hours(24));
    expect((await signOn(idp, sp)).targetedId).toBe(first.targetedId);
    const elsewhere = await signOn(idp, other);
    expect(elsewhere.targetedId).toMatch(uuid);
    expect(elsewhere.targetedId).not.toBe(first.targetedId);
    expect(await rowsOf(idp)).toHaveLength(2);
    expect((await rowsOf(idp))[0]).toEqual({
      localEntity: idp.entityId,
      peerEntity: sp.entityId,
      persistentId: first.targetedId,
      principalName: person,
      localId: person,
      peerProvidedId: undefined,
      creationDate: clock() - hours(24),
      deactivationDate: undefined,
    });
  });

  test('begins with what was computed before, where the site says so', async () => {
    const { idp, sp } = await begin(releasing('eduPersonTargetedID', 'pairwise-id'), computed);
    const expected = computeId(computation, sp.entityId, person);
    expect(await signOn(idp, sp)).toMatchObject({ targetedId: expected, pairwise: `${expected}@example.ac.jp` });
    expect(await rowsOf(idp)).toMatchObject([{ persistentId: expected }]);
  });

  test('is one for all: eduPersonTargetedID, pairwise-id and the persistent NameID', async () => {
    const { idp, sp } = await begin([...releasing('eduPersonTargetedID', 'pairwise-id'), naming]);
    const { targetedId, pairwise, nameId } = await signOn(idp, sp, persistently);
    expect(nameId).toMatchObject({ format: nameIdFormats.persistent, value: targetedId });
    expect(pairwise).toBe(`${targetedId}@example.ac.jp`);
    expect(await rowsOf(idp)).toHaveLength(1);
  });

  test('of two first logins at once both are told the same', async () => {
    const { idp, sp } = await begin(releasing('eduPersonTargetedID'));
    const told = await Promise.all(Array.from({ length: 8 }, () => signOn(idp, sp)));
    expect(new Set(told.map(({ targetedId }) => targetedId)).size).toBe(1);
    expect(await rowsOf(idp)).toHaveLength(1);
  });

  test.each([['random'], ['computed']])(
    'that was deactivated (%s) is followed by a random one, which keeps what the SP calls the person',
    async (first) => {
      const { idp, sp, clock } = await begin(releasing('eduPersonTargetedID'), first === 'random' ? random : computed);
      const moved: StoredId = {
        localEntity: idp.entityId,
        peerEntity: sp.entityId,
        persistentId: 'moved-from-shibpid',
        principalName: person,
        localId: person,
        peerProvidedId: 'theirs',
        creationDate: 7,
        deactivationDate: undefined,
      };
      await idp.storedIds.add(moved);
      expect((await signOn(idp, sp)).targetedId).toBe(moved.persistentId);
      await idp.storedIds.deactivate(idp.entityId, sp.entityId, moved.persistentId, clock());
      const { targetedId } = await signOn(idp, sp);
      expect(targetedId).toMatch(uuid);
      expect((await signOn(idp, sp)).targetedId).toBe(targetedId);
      expect((await rowsOf(idp)).at(-1)).toMatchObject({ persistentId: targetedId, peerProvidedId: 'theirs' });
    },
  );
});

describe('no record is written', () => {
  test.each<[string, readonly ReleaseRule[], SendOptions]>([
    ['for what no rule releases', [], {}],
    [
      'for what a rule denies',
      [...releasing('eduPersonTargetedID'), { name: 'd', to: 'any', release: [], deny: ['eduPersonTargetedID'] }],
      {},
    ],
    ['for a NameID that another format was chosen for', [naming], {}],
  ])('%s, and none is read', async (_, rules, options) => {
    const counter = counting((await begin([])).idp.storedIds);
    const { idp, sp } = await begin(rules, random, { storedIds: counter.port });
    expect((await signOn(idp, sp, options)).nameId?.format).toBe(nameIdFormats.transient);
    expect(counter.asked).toBe(0);
  });

  /** As an SP asks that wants to see one person again (SAML Core 3.4.1.4). */
  async function signOnAbout(value: string) {
    const { idp, sp } = await begin([naming, ...releasing('eduPersonTargetedID')]);
    const { attempt } = await ask(idp, sp, persistently);
    const subject = { format: nameIdFormats.persistent, value };
    const step = await logIn(idp, { ...attempt, request: { ...attempt.request, subject } }, nobody).catch(
      (error: { code?: unknown }) => error.code,
    );
    return { step, rows: await rowsOf(idp) };
  }

  test('for an answer that is refused', async () => {
    const { step, rows } = await signOnAbout('somebody-else');
    expect(step).toMatchObject({ kind: 'deliver', refusal: 'subject-other' });
    expect(rows).toEqual([]);
  });

  test('attack: an SP that asks about what stands where nothing is stored yet is told nothing of anybody', async () => {
    const { step } = await signOnAbout('not-yet-stored');
    expect(step).toMatchObject({ kind: 'deliver', refusal: 'subject-other' });
  });

  test('where identifiers are computed: the records are not asked', async () => {
    const counter = counting((await begin([])).idp.storedIds);
    const { idp: plain, sp } = await begin(releasing('eduPersonTargetedID'));
    const { idp: computing } = await makeTestIdp([sp], {
      clock: plain.clock as ReturnType<typeof fixedClock>,
      rules: plain.releaseRules(),
    });
    expect((await signOn({ ...computing, storedIds: counter.port }, sp)).targetedId).toBe(
      computeId(computation, sp.entityId, person),
    );
    expect(counter.asked).toBe(0);
  });
});

describe('while the records are away', () => {
  const away = async (): Promise<never> => {
    throw new GakumonError('store-unavailable', { detail: 'away' });
  };
  const storedIds: StoredIds = {
    find: away,
    add: away,
    deactivate: away,
    listSourceValues: away,
    deactivateAll: away,
    findByValue: away,
    listOfPerson: away,
  };

  test('an SP that would get one is refused before anything is consumed, and others are served', async () => {
    const rules: readonly ReleaseRule[] = [
      { name: 'r', to: { entityId: 'https://one.example.org/sp' }, release: ['eduPersonTargetedID'], deny: [] },
    ];
    const { idp, sp, other } = await begin(rules, random, { storedIds });
    const { attempt, requestId } = await ask(idp, sp);
    await expect(logIn(idp, attempt, nobody)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await idp.attempts.isConsumed(attempt.id)).toBe(false);
    expect((await signOn(idp, other)).nameId?.format).toBe(nameIdFormats.transient);
    const { idp: back } = await begin(rules);
    const step = await logIn({ ...idp, storedIds: back.storedIds }, attempt, nobody);
    expect(readBy(sp, step, requestId).assertion?.attributes[targetedIdName]?.[0]).toMatch(/![0-9a-f-]{36}$/);
  });
});

test('of another SP is not found by whoever asks there', async () => {
  const { idp, sp, other } = await begin(releasing('eduPersonTargetedID'));
  await signOn(idp, sp);
  expect(await idp.storedIds.find(idp.entityId, other.entityId as EntityId, person)).toBeUndefined();
});
