import { X509Certificate } from 'node:crypto';
import type { Idp, SsoStep } from '@gakumon/idp';
import { publishIdpMetadata } from '@gakumon/metadata';
import { fixedClock, pretendSp, readIdpMetadata, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { ask, deliveryOf, logIn, makeTestIdp } from '../signOn/testIdp.ts';
import { activateNextKey, retireKeys } from './changeSamlKeys.ts';
import { changeSamlKeyList, storeNextKey } from './storeSamlKeys.ts';
import { comingPair, makeKeyFolder } from './testing/keyFolder.ts';
import { watchSamlKeys } from './watchSamlKeys.ts';

const now = 0;

test('an SP that keeps the metadata of any of the steps verifies every answer until the former key is retired', async () => {
  const folder = await makeKeyFolder();
  const watched = await watchSamlKeys(folder, () => {});
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const made = await makeTestIdp([sp], { clock });
  const idp: Idp = Object.defineProperty(made.idp, 'signingKey', { get: () => watched.current().signingKey });
  const publish = async () => {
    const { published, signingKey } = watched.current();
    const { entityId, baseUrl, scopes } = idp;
    const organization = { ja: '大学', en: 'University' };
    const xml = await publishIdpMetadata(
      { entityId, baseUrl, scopes, organization, contacts: [], keys: published },
      signingKey,
    );
    return readIdpMetadata(xml);
  };
  const answer = async (): Promise<{ readonly step: SsoStep; readonly requestId: string }> => {
    const { attempt, requestId } = await ask(idp, sp);
    return { step: await logIn(idp, attempt), requestId };
  };
  const isRead = (
    { step, requestId }: Awaited<ReturnType<typeof answer>>,
    idpCertificates: readonly string[],
  ): boolean => {
    try {
      const expected = { requestId, idpEntityId: idp.entityId, idpCertificates };
      return sp.read(deliveryOf(step).samlResponse, expected).assertion !== undefined;
    } catch {
      return false;
    }
  };
  const only = ({ certificatePem }: { readonly certificatePem: string }) => [
    new X509Certificate(certificatePem).toString(),
  ];

  const before = await publish();
  await storeNextKey(folder, 'signing', comingPair(testKeys.stranger), now);
  await watched.refresh();
  const during = await publish();
  const byOld = await answer();
  await changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', { now, force: true }));
  await watched.refresh();
  const after = await publish();
  const byNew = await answer();
  await changeSamlKeyList(folder, (list) => retireKeys(list, 'signing', { state: 'former', now }));
  await watched.refresh();
  const finished = await publish();

  expect(isRead(byOld, only(testKeys.idpSigning))).toBe(true);
  expect(isRead(byOld, only(testKeys.stranger))).toBe(false);
  expect(isRead(byNew, only(testKeys.stranger))).toBe(true);
  expect(isRead(byNew, only(testKeys.idpSigning))).toBe(false);
  const reads = (step: typeof byOld) =>
    [before, during, after, finished].map(({ idpCertificates }) => isRead(step, idpCertificates));
  expect(reads(byOld)).toEqual([true, true, true, false]);
  expect(reads(byNew)).toEqual([false, true, true, true]);
});
