import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { continueSso } from '@gakumon/idp';
import { fixedClock, type PretendSp, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, deliveryOf, logIn, makeTestIdp } from './testIdp.ts';

const folder = join(import.meta.dirname, 'golden');
const rules = [{ name: 'all', to: 'any' as const, release: 'all' as const, deny: [] }];

/** With a clock that stands still and counted ids, even the RSA signatures are the same in every run. */
async function expectGolden(name: string, samlResponse: string): Promise<void> {
  const file = join(folder, `${name}.xml`);
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
  if (process.env.GAKUMON_UPDATE_GOLDEN === '1') {
    await mkdir(folder, { recursive: true });
    await writeFile(file, xml);
  }
  expect(xml).toBe(await readFile(file, 'utf8'));
}

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
