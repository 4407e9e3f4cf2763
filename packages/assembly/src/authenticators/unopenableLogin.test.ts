import { acceptOtp, continueSso, type Idp, makeSealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { expect, test } from '@jest/globals';
import { codeNow } from '../signOn/factorsRig.ts';
import {
  askFor,
  mfaClass,
  onCampus,
  outsideNeedsMfa,
  policyOf,
  provePasskey,
  proveTotp,
  rigUnder,
  typeIn,
  withPasskey,
  withTotp,
} from '../signOn/stepUpRig.ts';
import { ask, browser, logIn } from '../signOn/testIdp.ts';
import { createSealedAuthenticators } from './sealedAuthenticators.ts';

const refused = { code: 'secret-unopenable' };

/** The same IdP on a node whose keys do not open what was sealed: the sort of damage does not matter. */
function onBlindNode(idp: Idp): Idp {
  const { sealed } = idp as unknown as { readonly sealed: SealedRecords };
  return { ...idp, authenticators: createSealedAuthenticators(sealed, makeSealingKeys([new Uint8Array(32).fill(9)])) };
}

test('attack: damaging the record of somebody brings nobody past a second factor, nor to a first enrolment', async () => {
  const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
  const idp = onBlindNode(rig.idp);
  for (const visitor of [browser, onCampus]) {
    const { attempt } = await ask(idp, rig.sp, askFor(mfaClass));
    await typeIn(idp, attempt, visitor);
    await expect(continueSso(idp, attempt, visitor)).rejects.toMatchObject(refused);
    const code = codeNow(rig.clock);
    await expect(acceptOtp(idp, attempt, visitor, { authenticator: rig.totp, code })).rejects.toMatchObject(refused);
  }
});

test('nor does a passkey come first, and what it proved before counts no more', async () => {
  const rig = await withPasskey(await rigUnder());
  const blind = { ...rig, idp: onBlindNode(rig.idp) };
  const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
  await expect(provePasskey(blind, attempt, rig.device, 'first')).rejects.toMatchObject(refused);
});

test('a begun login that was proved with it waits until it opens again', async () => {
  const rig = await withTotp(await rigUnder());
  const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
  await logIn(rig.idp, attempt);
  const idp = onBlindNode(rig.idp);
  const onOtherNode = { ...rig, idp };
  await expect(proveTotp(onOtherNode, attempt, rig.totp)).rejects.toMatchObject(refused);
  expect(await proveTotp(rig, attempt, rig.totp)).toMatchObject({ kind: 'deliver', refusal: undefined });
});
