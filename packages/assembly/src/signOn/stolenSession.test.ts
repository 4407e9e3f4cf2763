import {
  acceptPassword,
  beginPasskey,
  beginPortal,
  beginTotp,
  confirmPasskey,
  continuePortal,
  continueSso,
  decideOwnEnrolment,
  findOwner,
  type Visitor,
} from '@gakumon/idp';
import { defaultPolicy, phishingResistantMfa } from '@gakumon/mfa';
import { authnContexts, type BrowserId, minutes } from '@gakumon/terms';
import { pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { campusPolicy, codeOf, here, onCampus, student } from './factorsRig.ts';
import {
  askFor,
  mfaClass,
  provePasskey,
  proveTotp,
  rigUnder,
  type StepUpRig,
  typeIn,
  withPasskey,
  withTotp,
} from './stepUpRig.ts';
import { afterwards, ask, browser, logIn, password, readBy } from './testIdp.ts';

const unphishable = 'https://example.org/phishing-resistant';
const policy = { ...defaultPolicy, contexts: [...defaultPolicy.contexts, phishingResistantMfa(unphishable)] };

/** Somebody whose password was typed an hour ago, and who has stepped up since, a quarter of an hour ago at most. */
async function begin() {
  const rig = await withTotp(await rigUnder(policy));
  const victim = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
  rig.clock.advance(minutes(50));
  const stepUp = await ask(rig.idp, rig.sp, askFor(mfaClass));
  expect((await proveTotp(rig, stepUp.attempt, rig.totp, victim)).kind).toBe('deliver');
  rig.clock.advance(minutes(5));
  return { ...rig, victim };
}

/** Whoever has got hold of the session's cookie, and of nothing else. */
const thiefOf = ({ session }: Visitor, address = '198.51.100.66'): Visitor => ({
  browser: 'thief-thief-thief-thief' as BrowserId,
  session,
  address,
});
const authenticatorsOf = async ({ idp }: Pick<StepUpRig, 'idp'>) =>
  (await idp.authenticators.find(student)).authenticators.map(({ kind }) => kind);
/** What each way to enrol answers. */
const enrolmentsIn = async (
  { idp }: Pick<StepUpRig, 'idp'>,
  visitor: Visitor,
  attempt: Parameters<typeof findOwner>[2],
) => {
  const owner = await findOwner(idp, visitor, attempt);
  return [await codeOf(beginTotp(idp, owner)), await codeOf(beginPasskey(idp, owner))];
};
const refused = ['enrolment-not-allowed', 'enrolment-not-allowed'];

describe('attack: a stolen session, in which its owner has just proved a second factor', () => {
  test('enrols nothing in a login for a class that is out of reach: the password is asked for, as at the portal', async () => {
    const rig = await begin();
    const thief = thiefOf(rig.victim);
    expect((await continuePortal(rig.idp, beginPortal(rig.idp, 'manage'), thief)).kind).toBe('login');
    const forged = await ask(rig.idp, rig.sp, askFor(unphishable));
    expect(await continueSso(rig.idp, forged.attempt, thief)).toMatchObject({ kind: 'login', fresh: true });
    expect(await enrolmentsIn(rig, thief, forged.attempt)).toEqual(refused);
    expect(await authenticatorsOf(rig)).toEqual(['totp']);
  });
  test('nor with a code read over a shoulder, without the password', async () => {
    const rig = await begin();
    const thief = thiefOf(rig.victim);
    const { attempt } = await ask(rig.idp, rig.sp, askFor(unphishable));
    expect((await proveTotp(rig, attempt, rig.totp, thief)).kind).toBe('login');
    expect(await enrolmentsIn(rig, thief, attempt)).toEqual(refused);
  });
  test('nor with the password beside what the session knows: the factor is proved for this', async () => {
    const rig = await begin();
    const thief = thiefOf(rig.victim);
    const { attempt } = await ask(rig.idp, rig.sp, askFor(unphishable));
    await typeIn(rig.idp, attempt, thief);
    expect(await continueSso(rig.idp, attempt, thief)).toMatchObject({
      kind: 'stepUp',
      stepUp: { options: [{ id: rig.totp }] },
    });
    expect(await enrolmentsIn(rig, thief, attempt)).toEqual(refused);
  });
  test('nor one that a passkey alone began, for a class that wants one-time codes', async () => {
    const rig = await withPasskey(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp);
    const thief = thiefOf(afterwards(await provePasskey(rig, attempt, rig.device, 'first')));
    const forged = await ask(rig.idp, rig.sp, askFor(authnContexts.timeSyncToken));
    expect(await continueSso(rig.idp, forged.attempt, thief)).toMatchObject({ kind: 'login', fresh: true });
    expect(await enrolmentsIn(rig, thief, forged.attempt)).toEqual(refused);
  });
  test('nor on campus, where a rule lets whoever has just typed the password: the session of a minute ago is not that', async () => {
    const { idp, sp } = await rigUnder(campusPolicy('any'));
    const victim = afterwards(await logIn(idp, (await ask(idp, sp)).attempt, onCampus), onCampus);
    const thief = thiefOf(victim, '10.9.9.9');
    const { attempt } = await ask(idp, sp, askFor(mfaClass));
    expect(await continueSso(idp, attempt, thief)).toMatchObject({ kind: 'login', fresh: true });
    expect(await enrolmentsIn({ idp }, thief, attempt)).toEqual(refused);
    // The owner, who knows the password
    expect(await logIn(idp, attempt, thief)).toMatchObject({ kind: 'enrol' });
  });
  test('nor in the browser of the session itself, by the form of a login that nothing was proved in', async () => {
    const rig = await begin();
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    const owner = await findOwner(rig.idp, rig.victim, attempt);
    expect(owner).toMatchObject({ person: { username: student }, facts: [] });
    expect(await decideOwnEnrolment(rig.idp, owner, await rig.idp.authenticators.find(student))).toMatchObject({
      allowed: false,
    });
  });
});

test('the owner gets there: the password, the code, the new passkey, and the service has its class', async () => {
  const rig = await begin();
  const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(unphishable));
  expect((await continueSso(rig.idp, attempt, rig.victim)).kind).toBe('login');
  await acceptPassword(rig.idp, attempt, rig.victim, { username: student, password });
  expect((await continueSso(rig.idp, attempt, rig.victim)).kind).toBe('stepUp');
  expect(await proveTotp(rig, attempt, rig.totp, rig.victim)).toMatchObject({
    kind: 'enrol',
    enrolment: { kinds: ['webauthn'] },
  });
  const owner = await findOwner(rig.idp, rig.victim, attempt);
  const { options, challenge } = await beginPasskey(rig.idp, owner);
  const response = pretendAuthenticator().create(options, here);
  await confirmPasskey(rig.idp, owner, { challenge, response, otherwise: 'Passkey' });
  const done = await continueSso(rig.idp, attempt, rig.victim);
  expect(readBy(rig.sp, done, requestId).assertion?.authnContext).toBe(unphishable);
});

test('who has nothing but a password of long ago, and may enrol nothing from there, is not asked for it in vain', async () => {
  const { idp, sp, clock } = await rigUnder();
  const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
  clock.advance(minutes(20));
  const { attempt } = await ask(idp, sp, askFor(mfaClass));
  expect(await continueSso(idp, attempt, { ...visitor, address: browser.address })).toMatchObject({
    kind: 'deliver',
    refusal: 'no-authn-context',
  });
});
