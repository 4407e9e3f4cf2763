import { algorithms, statuses } from '@gakumon/terms';
import { fixedClock, pretendSp, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, logIn, makeTestIdp, readBy } from './testIdp.ts';

const { rsaOaep, rsaOaepMgf1p, rsa15, aes128Cbc, aes256Gcm } = algorithms;
type TestIdpOptions = Parameters<typeof makeTestIdp>[1];

/** A whole login at an SP whose metadata names these methods. */
async function answerTo(encryptionMethods: readonly string[], options: TestIdpOptions = {}) {
  const clock = fixedClock();
  const sp = pretendSp({ clock, encryptionMethods });
  const { idp } = await makeTestIdp([sp], { ...options, clock });
  const { attempt, requestId } = await ask(idp, sp);
  return readBy(sp, await logIn(idp, attempt), requestId);
}

describe('an SP decrypts what it is sent', () => {
  test.each<[string, readonly string[], TestIdpOptions, string, string]>([
    ['by its metadata', [aes256Gcm], {}, aes256Gcm, rsaOaepMgf1p],
    ['by the newer RSA-OAEP', [rsaOaep], {}, algorithms.aes128Gcm, rsaOaep],
    ['by the default of its source', [], { sourceCipher: 'aes128-cbc' }, aes128Cbc, rsaOaepMgf1p],
    ['by its settings', [aes256Gcm], { settings: { cipher: 'aes128-cbc' } }, aes128Cbc, rsaOaepMgf1p],
  ])('%s', async (_, methods, options, cipher, keyTransport) => {
    const { assertion } = await answerTo(methods, options);
    expect(assertion?.encryption).toEqual({ cipher, keyTransport });
  });
});

test('of two keys the named one is used, in a change of keys', async () => {
  const clock = fixedClock();
  const sp = pretendSp({ clock, encryptionKeys: [testKeys.stranger, testKeys.spEncryption] });
  const { idp } = await makeTestIdp([sp], { clock });
  const [, second] = (await idp.serviceProviders.find(sp.entityId))?.encryptionKeys ?? [];
  const named = await makeTestIdp([sp], { clock, settings: { encryptionKey: second?.fingerprint } });
  const { attempt, requestId } = await ask(named.idp, sp);
  const step = await logIn(named.idp, attempt);
  const onlyNew = pretendSp({ clock, encryptionKeys: [testKeys.spEncryption] });
  expect(readBy(onlyNew, step, requestId).assertion?.encryption).toBeDefined();
});

test.each([
  ['of elliptic curves', testKeys.spSigningEc.certificate],
  ['that cannot be read', 'MIIB'],
])(
  'attack: an SP whose only encryption key is one %s gets a signed refusal, and nothing in the clear',
  async (_, key) => {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const spoilt = { ...sp, metadata: () => sp.metadata().replaceAll(testKeys.spEncryption.certificate, key) };
    const { idp } = await makeTestIdp([spoilt], { clock });
    const { attempt, requestId } = await ask(idp, sp);
    const { status, signed, assertion } = readBy(sp, await logIn(idp, attempt), requestId);
    expect([status.second, signed, assertion]).toEqual([statuses.requestDenied, true, undefined]);
    expect((await idp.serviceProviders.find(sp.entityId))?.signingKeys).toHaveLength(1);

    const never = await makeTestIdp([spoilt], { clock, settings: { encryption: 'never' } });
    const again = await ask(never.idp, sp);
    const step = await logIn(never.idp, again.attempt);
    expect(readBy(sp, step, again.requestId, { requireEncryption: false }).assertion).toBeDefined();
  },
);

test('attack: metadata that allows only RSA 1.5 gets a signed refusal, and nothing about the person', async () => {
  const { status, signed, assertion } = await answerTo([rsa15]);
  expect([status.code, status.second, signed, assertion]).toEqual([
    statuses.responder,
    statuses.requestDenied,
    true,
    undefined,
  ]);
});
