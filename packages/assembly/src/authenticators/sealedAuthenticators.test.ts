import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { noAuthenticators } from '@gakumon/mfa';
import { openRecordsExchange, openStores, type SealedRecords, type Stores } from '@gakumon/stores';
import type { Username } from '@gakumon/terms';
import {
  describeWith,
  type PrivatePostgres,
  postgresPrograms,
  privatePostgres,
  temporaryFolder,
} from '@gakumon/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keepSealed, resealRecords } from '../sealing/resealRecords.ts';
import { createSealedAuthenticators } from './sealedAuthenticators.ts';
import { adding, passkey, removing, totp } from './testing/makeAuthenticator.ts';

const student = 's1234567' as Username;
const professor = 'f1234567' as Username;
const [old, fresh] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([old]);
const opened: Stores[] = [];

type Records = Parameters<typeof openStores>[0]['records'];

async function open(records: Records): Promise<SealedRecords> {
  const stores = await openStores({ records, sessions: { kind: 'memory' }, clock: Date.now });
  opened.push(stores);
  return stores.sealed;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((stores) => stores.close()));
});

describe('the authenticators of a person, sealed', () => {
  let sealed: SealedRecords;
  let records: ReturnType<typeof createSealedAuthenticators>;
  beforeEach(async () => {
    sealed = await open({ kind: 'memory' });
    records = createSealedAuthenticators(sealed, keys);
  });

  test('who never had any has none; what is written is found, and nobody else has it', async () => {
    expect(await records.find(student)).toEqual(noAuthenticators);
    const written = await records.change(student, adding(totp('a'), passkey('b')));
    expect(await records.find(student)).toEqual(written);
    expect(written.authenticators).toEqual([totp('a'), passkey('b')]);
    expect(await records.find(professor)).toEqual(noAuthenticators);
    expect(await records.ownerOfCredential('credential-b')).toBe(student);
    expect(await records.ownerOfCredential('credential-a')).toBeUndefined();
  });

  test('nothing secret stands in the records as it is, nor does whose a credential is', async () => {
    await records.change(student, adding(totp('a'), passkey('b')));
    for (const kind of ['authenticators', 'credential']) {
      const rows = await sealed.list(kind);
      expect(rows).toHaveLength(1);
      for (const row of rows) {
        expect(Buffer.from(row.sealed).toString('latin1')).not.toMatch(/JBSWY|s1234567|credential/);
        expect(row.name).not.toContain('credential');
      }
    }
  });

  test('the single secret of the release before is one of several, also where that release adds it to a list', async () => {
    const begun = (id: string) => ({ id, secret: 'JBSWY3DPEHPK3PXP', startedAt: 1, browser: `of-${id}` });
    const keep = async (kept: Record<string, unknown>) => {
      const row = await sealed.find('authenticators', student);
      const octets = Buffer.from(JSON.stringify({ version: 1, authenticators: [totp('a')], ...kept }));
      await sealed.replace(sealAtRest(keys, 'authenticators', student, octets), row?.revision);
      return (await records.find(student)).pendingTotps.map(({ id }) => id);
    };
    expect(await keep({ pendingTotp: begun('x') })).toEqual(['x']);
    expect(await keep({ pendingTotp: begun('x'), pendingTotps: [begun('y')] })).toEqual(['x', 'y']);
    expect(await keep({ pendingTotp: begun('y'), pendingTotps: [begun('y')] })).toEqual(['y']);
    expect(await keep({})).toEqual([]);
    await keep({ pendingTotp: begun('x') });
    expect(await records.change(student, (now) => ({ ...now, pendingTotps: [] }))).not.toHaveProperty('pendingTotp');
    expect((await records.find(student)).pendingTotps).toEqual([]);
  });

  test('an edit that throws writes nothing', async () => {
    await records.change(student, adding(totp('a')));
    const refusal = records.change(student, () => {
      throw new Error('no');
    });
    await expect(refusal).rejects.toThrow('no');
    expect((await records.find(student)).authenticators).toEqual([totp('a')]);
  });

  test("a credential that was removed is nobody's, and another person may have it then", async () => {
    await records.change(student, adding(passkey('b', 'shared')));
    await records.change(student, removing('b'));
    expect(await records.ownerOfCredential('shared')).toBeUndefined();
    await records.change(professor, adding(passkey('c', 'shared')));
    expect(await records.ownerOfCredential('shared')).toBe(professor);
  });

  test("a claim that was left behind stands in nobody's way", async () => {
    await records.change(student, adding(passkey('b', 'shared')));
    const claims = await sealed.list('credential');
    await records.change(student, removing('b'));
    for (const claim of claims) await sealed.replace(claim, undefined);
    await records.change(professor, adding(passkey('c', 'shared')));
    expect(await records.ownerOfCredential('shared')).toBe(professor);
  });

  test('attack: who registers a credential that another person has takes nothing away, and gets nothing', async () => {
    await records.change(student, adding(passkey('b', 'victim')));
    await expect(records.change(professor, adding(passkey('c', 'victim')))).rejects.toMatchObject({
      code: 'passkey-wrong',
    });
    expect(await records.ownerOfCredential('victim')).toBe(student);
    expect(await records.find(professor)).toEqual(noAuthenticators);
  });

  /** Records over the same rows, in which something else happens just before one of them is written. */
  const interrupted = (kind: string, before: () => Promise<unknown>) => {
    let isDone = false;
    const replace: SealedRecords['replace'] = async (record, seen) => {
      if (record.kind === kind && !isDone) {
        isDone = true;
        await before();
      }
      return sealed.replace(record, seen);
    };
    return createSealedAuthenticators({ ...sealed, replace }, keys);
  };

  test('attack: a credential that is claimed but not registered yet is taken over by one person, and kept by one', async () => {
    const late = interrupted('authenticators', () => records.change(professor, adding(passkey('c', 'coveted'))));
    await expect(late.change(student, adding(totp('a'), passkey('b', 'coveted')))).rejects.toMatchObject({
      code: 'passkey-wrong',
    });
    expect(await records.ownerOfCredential('coveted')).toBe(professor);
    expect((await records.find(student)).authenticators).toEqual([totp('a')]);
    expect((await records.find(professor)).authenticators).toHaveLength(1);
  });

  test('attack: a claim is not taken over by who looked before it was kept', async () => {
    await records.change(student, adding(passkey('old', 'coveted')));
    const [claim] = await sealed.list('credential');
    await records.change(student, removing('old'));
    if (claim !== undefined) await sealed.replace(claim, undefined);
    const late = interrupted('credential', () => records.change(student, adding(passkey('b', 'coveted'))));
    await expect(late.change(professor, adding(passkey('c', 'coveted')))).rejects.toMatchObject({
      code: 'passkey-wrong',
    });
    expect(await records.ownerOfCredential('coveted')).toBe(student);
    expect(await records.find(professor)).toEqual(noAuthenticators);
  });

  test('a use reads whose it is no more often than it must', async () => {
    await records.change(student, adding(passkey('b'), passkey('c')));
    const found: string[] = [];
    const counting: SealedRecords = {
      ...sealed,
      find: (kind, name) => {
        found.push(kind);
        return sealed.find(kind, name);
      },
    };
    await createSealedAuthenticators(counting, keys).change(student, (now) => ({ ...now, preferred: undefined }));
    expect(found).toEqual(['authenticators']);
  });
});

describe('a record that cannot be opened is never "has none"', () => {
  let sealed: SealedRecords;
  let records: ReturnType<typeof createSealedAuthenticators>;
  beforeEach(async () => {
    sealed = await open({ kind: 'memory' });
    records = createSealedAuthenticators(sealed, keys);
    await records.change(student, adding(totp('a'), passkey('b')));
  });

  /** Every way of asking is refused with this code, and the row is as it was. */
  async function refusesAll(code: string): Promise<void> {
    const before = await sealed.list('authenticators');
    await expect(records.find(student)).rejects.toMatchObject({ code });
    await expect(records.change(student, adding(totp('x')))).rejects.toMatchObject({ code });
    await expect(records.change(student, () => noAuthenticators)).rejects.toMatchObject({ code });
    expect(await sealed.list('authenticators')).toEqual(before);
  }

  async function overwrite(change: (octets: Uint8Array) => Uint8Array): Promise<void> {
    const row = await sealed.find('authenticators', student);
    if (row === undefined) throw new Error('no row');
    await sealed.replace({ ...row, sealed: change(row.sealed) }, row.revision);
  }

  test.each([
    ['a flipped bit', (octets: Uint8Array) => octets.with(40, (octets[40] ?? 0) ^ 1)],
    ['cut off', (octets: Uint8Array) => octets.slice(0, 60)],
    ['empty', () => new Uint8Array()],
    ['something else', () => Buffer.from('{"authenticators":[]}')],
  ])('attack: %s', async (_, change) => {
    await overwrite(change);
    await refusesAll('secret-unopenable');
  });

  test('attack: the record of another person in its place', async () => {
    await records.change(professor, adding(totp('mine')));
    const other = await sealed.find('authenticators', professor);
    await overwrite(() => other?.sealed ?? new Uint8Array());
    await refusesAll('secret-unopenable');
  });

  test('sealed by a key that is not here; with it, it opens again', async () => {
    const stranger = createSealedAuthenticators(sealed, makeSealingKeys([fresh]));
    await expect(stranger.find(student)).rejects.toMatchObject({ code: 'secret-unopenable' });
    await expect(stranger.ownerOfCredential('credential-b')).rejects.toMatchObject({ code: 'secret-unopenable' });
    expect((await records.find(student)).authenticators).toHaveLength(2);
  });

  test('of a release that knows more: it is not read as less, and not overwritten', async () => {
    const row = await sealed.find('authenticators', student);
    const newer = Buffer.from(JSON.stringify({ version: 2, factors: [] }));
    await sealed.replace(sealAtRest(keys, 'authenticators', student, newer), row?.revision);
    await refusesAll('records-newer');
  });

  test('the error names whose record it is, and nothing that is in it', async () => {
    await overwrite((octets) => octets.slice(0, 60));
    const error = await records.find(student).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ detail: expect.stringContaining(student) });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/JBSWY|credential-b/);
  });
});

describe('rotation, export and import carry authenticators', () => {
  test('they come under the sealing key, and open without the one before', async () => {
    const sealed = await open({ kind: 'memory' });
    await createSealedAuthenticators(sealed, keys).change(student, adding(totp('a'), passkey('b')));
    await keepSealed(sealed, makeSealingKeys([fresh, old]), () => {})();
    const after = createSealedAuthenticators(sealed, makeSealingKeys([fresh]));
    expect((await after.find(student)).authenticators).toEqual([totp('a'), passkey('b')]);
    expect(await after.ownerOfCredential('credential-b')).toBe(student);
  });

  test('a change while they are sealed anew loses nothing', async () => {
    const sealed = await open({ kind: 'memory' });
    const both = makeSealingKeys([fresh, old]);
    const former = createSealedAuthenticators(sealed, keys);
    await former.change(student, adding(totp('a')));
    const nodes = [
      createSealedAuthenticators(sealed, makeSealingKeys([old, fresh])),
      createSealedAuthenticators(sealed, both),
    ];
    await Promise.all([
      ...Array.from({ length: 6 }, (_, index) => nodes[index % 2]?.change(student, adding(totp(`n${index}`)))),
      resealRecords(sealed, both, { limit: 10 }),
      resealRecords(sealed, both, { limit: 10 }),
    ]);
    while (!(await resealRecords(sealed, both, { limit: 10 })).isDone);
    const kept = await createSealedAuthenticators(sealed, makeSealingKeys([fresh])).find(student);
    expect(kept.authenticators.map(({ id }) => id).sort()).toEqual(['a', 'n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
  });

  test('an export brings them into another database, where they open with the same keys alone', async () => {
    const folder = await temporaryFolder();
    const [from, to] = ['from.db', 'to.db'].map((name) => ({ kind: 'sqlite', file: join(folder, name) }) as const);
    if (from === undefined || to === undefined) throw new Error('two places');
    await createSealedAuthenticators(await open(from), keys).change(student, adding(totp('a'), passkey('b')));
    const pieces: string[] = [];
    await (await openRecordsExchange(from)).export(async (piece) => void pieces.push(piece), { gakumon: '1', now: 0 });
    expect(pieces.join('')).not.toContain('JBSWY');
    async function* octets() {
      yield Buffer.from(pieces.join(''));
    }
    await (await openRecordsExchange(to)).import('file', octets(), false);
    const sealed = await open(to);
    expect((await createSealedAuthenticators(sealed, keys).find(student)).authenticators).toHaveLength(2);
    const stranger = createSealedAuthenticators(sealed, makeSealingKeys([fresh]));
    await expect(stranger.find(student)).rejects.toMatchObject({ code: 'secret-unopenable' });
  });
});

/** Two nodes over one database. */
function describeRaces(engine: string, place: () => Promise<Records>): void {
  describe(`changes at once over ${engine}`, () => {
    const openNodes = async () => {
      const records = await place();
      const nodes = [await open(records), await open(records)].map((sealed) =>
        createSealedAuthenticators(sealed, keys),
      );
      return { at: (index: number) => nodes[index % 2] as (typeof nodes)[number] };
    };

    test('sixteen added at once are all there, and each has its owner', async () => {
      const { at } = await openNodes();
      const added = Array.from({ length: 16 }, (_, index) => passkey(`p${index}`));
      await Promise.all(added.map((one, index) => at(index).change(student, adding(one))));
      expect(new Set((await at(0).find(student)).authenticators.map(({ id }) => id))).toEqual(
        new Set(added.map(({ id }) => id)),
      );
      for (const { credentialId } of added) expect(await at(1).ownerOfCredential(credentialId)).toBe(student);
    });

    test('attack: a counter that two answers tell at once is taken once', async () => {
      const { at } = await openNodes();
      await at(0).change(student, adding(passkey('b')));
      const use = (index: number) =>
        at(index).change(student, (now) => ({
          ...now,
          authenticators: now.authenticators.map((one) => {
            if (one.kind !== 'webauthn' || one.counter >= 7) throw new Error('replayed');
            return { ...one, counter: 7 };
          }),
        }));
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => use(index)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('attack: one credential is registered by one of many people at once, and nobody else has it', async () => {
      const { at } = await openNodes();
      const people = Array.from({ length: 6 }, (_, index) => `s${index}` as Username);
      for (let round = 0; round < 10; round += 1) {
        const coveted = `coveted-${round}`;
        const outcomes = await Promise.allSettled(
          people.map((username, index) => at(index).change(username, adding(passkey(coveted, coveted)))),
        );
        const told = outcomes.map(({ status }) => status === 'fulfilled');
        const records = await Promise.all(people.map((username) => at(1).find(username)));
        const has = records.map(({ authenticators }) => authenticators.some(({ id }) => id === coveted));
        expect(has).toEqual(told);
        expect(has.filter(Boolean).length).toBeLessThanOrEqual(1);
        if (has.includes(true)) expect(await at(0).ownerOfCredential(coveted)).toBe(people[has.indexOf(true)]);
      }
    });

    test('removed and added again at once: whoever has it owns it', async () => {
      const { at } = await openNodes();
      for (let round = 0; round < 10; round += 1) {
        await at(0).change(student, (now) => adding(passkey('b'))(removing('b')(now)));
        await Promise.all([
          at(0).change(student, removing('b')),
          at(1).change(student, (now) => adding(passkey('b'))(removing('b')(now))),
        ]);
        const { authenticators } = await at(0).find(student);
        expect(await at(1).ownerOfCredential('credential-b')).toBe(authenticators.length > 0 ? student : undefined);
      }
    });
  });
}

describeRaces('SQLite', async () => ({ kind: 'sqlite', file: join(await temporaryFolder(), 'gakumon.db') }));

describeWith(postgresPrograms, 'authenticators in PostgreSQL', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  describeRaces('PostgreSQL', () => server.createDatabase());
});
