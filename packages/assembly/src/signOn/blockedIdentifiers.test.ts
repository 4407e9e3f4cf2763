import { identifierDigest, type ReleaseRule, type StoredIdGenerator } from '@gakumon/attributes';
import type { Idp } from '@gakumon/idp';
import { nameIdFormats } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

const stored: StoredIdGenerator = { kind: 'stored', name: 'kept', source: 'eduPersonPrincipalName', first: 'random' };
const identifierGenerators = { targetedId: stored, pairwiseId: stored, persistent: stored };
const rule: ReleaseRule = {
  name: 'all',
  to: 'any',
  release: ['eduPersonTargetedID', 'pairwise-id', 'eduPersonPrincipalName', 'displayName'],
  deny: [],
  nameId: [nameIdFormats.persistent, nameIdFormats.transient],
};
const principalName = 's1234567@example.ac.jp';
const blocked = identifierDigest('eduPersonPrincipalName', principalName);

/** Somebody logs in whose ePPN named somebody who left. */
async function signOn(changes: Partial<Idp>) {
  const sp = pretendSp({ clock: fixedClock(), encryptionKeys: [] });
  const made = await makeTestIdp([sp], { rules: [rule] });
  const idp = { ...made.idp, isBlocked: (digest: string) => digest === blocked, ...changes };
  const { attempt, requestId } = await ask(idp, sp);
  const step = await logIn(idp, attempt, browser);
  return { idp, step, read: () => readBy(sp, step, requestId) };
}

describe('a name that was of somebody who left', () => {
  test('attack: starts no stored identifier, and what stands in its place never goes out', async () => {
    const { idp, read } = await signOn({ identifierGenerators });
    const { assertion } = read();
    expect(Object.keys(assertion?.attributes ?? {})).toEqual(['urn:oid:2.16.840.1.113730.3.1.241']);
    expect(assertion?.nameId.format).toBe(nameIdFormats.transient);
    expect(JSON.stringify(assertion)).not.toContain('not-yet-stored');
    expect(await idp.storedIds.listOfPerson('s1234567')).toEqual([]);
  });

  test('attack: opens no service that is for whoever had it', async () => {
    const allow = [{ attributes: [{ id: 'eduPersonPrincipalName' as const, values: [principalName] }] }];
    const former = { name: 'former', to: 'any', allow, deny: [], message: undefined, contact: undefined } as const;
    const accessRules: Idp['accessRules'] = () => [former];
    expect((await signOn({ accessRules })).step.kind).toBe('noAccess');
    const { step } = await signOn({ accessRules, isBlocked: () => false });
    expect(step.kind).toBe('deliver');
  });

  test('attack: that was blocked until a moment ago waits for the next login rather than go out as nothing', async () => {
    let looks = 0;
    const made = signOn({
      identifierGenerators,
      // Free from the second resolution on
      isBlocked: (digest) => {
        looks += digest === blocked ? 1 : 0;
        return looks <= 2 && digest === blocked;
      },
    });
    await expect(made).rejects.toMatchObject({ code: 'internal' });
  });
});
