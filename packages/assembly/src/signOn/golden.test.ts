import { continueSso } from '@gakumon/idp';
import { fixedClock, type PretendSp, pretendSp } from '@gakumon/testkit';
import { describe, test } from '@jest/globals';
import { expectGolden } from './goldenFile.ts';
import { ask, browser, deliveryOf, logIn, makeTestIdp } from './testIdp.ts';

const rules = [{ name: 'all', to: 'any' as const, release: 'all' as const, deny: [] }];

async function answer(sp: PretendSp, isPassive = false): Promise<string> {
  const { idp } = await makeTestIdp([sp], { clock: fixedClock(), rules });
  const { attempt } = await ask(idp, sp, { isPassive });
  return deliveryOf(isPassive ? await continueSso(idp, attempt, browser) : await logIn(idp, attempt)).samlResponse;
}

describe('responses, octet by octet', () => {
  const clear = { clock: fixedClock(), encryptionKeys: [] };
  test('a signed response with every attribute', async () => {
    await expectGolden('signed-response', await answer(pretendSp(clear)));
  });
  test('a signed response around a signed assertion', async () => {
    await expectGolden('signed-assertion', await answer(pretendSp({ ...clear, wantAssertionsSigned: true })));
  });
  test('an error', async () => {
    await expectGolden('no-passive', await answer(pretendSp(clear), true));
  });
});
