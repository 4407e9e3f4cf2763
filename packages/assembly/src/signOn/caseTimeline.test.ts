import { acceptOtp, caseContextOf, continueSso, type Idp, openCase } from '@gakumon/idp';
import { GakumonError, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { codeNow, secret } from './factorsRig.ts';
import { askFor, mfaClass, onCampus, outsideNeedsMfa, policyOf, rigUnder, withTotp } from './stepUpRig.ts';
import { afterwards, ask, browser, logIn, password } from './testIdp.ts';

const linesOf = async (...[idp, attempt, visitor, error]: Parameters<typeof caseContextOf>) =>
  (await caseContextOf(idp, attempt, visitor, error)).timeline.map(({ kind, text }) => `${kind}: ${text}`);

describe('what led to a refusal', () => {
  test('a wrong code off campus: asked, proved, placed, the rule, what is missing, tried, told', async () => {
    const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
    const { attempt } = await ask(rig.idp, rig.sp);
    rig.clock.advance(minutes(1));
    await logIn(rig.idp, attempt);
    rig.clock.advance(minutes(1));
    const code = codeNow(rig.clock) === '000000' ? '111111' : '000000';
    const error = await acceptOtp(rig.idp, attempt, browser, { authenticator: rig.totp, code }).catch((it) => it);
    const known = await caseContextOf(rig.idp, attempt, browser, error);
    expect(known).toMatchObject({ attempt: attempt.id, serviceProvider: rig.sp.entityId, username: 's1234567' });
    expect(known.timeline.map(({ at }) => at)).toEqual(known.timeline.map(({ at }) => at).toSorted());
    expect(known.timeline.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      `asked: ${rig.sp.entityId} asked for a login`,
      'proved: password from 192.0.2.1',
      'placed: 192.0.2.1: in no named network',
      'rule: outside-needs-mfa matched and requires mfa',
      'required: missing: totp, or webauthn',
      'tried: one-time code: otp-wrong (2 left)',
      'told: page otp-wrong',
    ]);
    for (const never of [code, secret, password, browser.browser]) expect(JSON.stringify(known)).not.toContain(never);
  });
  test('by name which authenticator was used, and the status that the SP was told', async () => {
    const rig = await withTotp(await rigUnder(policyOf([])));
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt, onCampus);
    await acceptOtp(rig.idp, first.attempt, onCampus, { authenticator: rig.totp, code: codeNow(rig.clock) });
    const visitor = afterwards(await continueSso(rig.idp, first.attempt, onCampus), onCampus);
    const { attempt } = await ask(rig.idp, rig.sp, askFor('https://www.gakunin.jp/profile/AAL2'));
    const step = await continueSso(rig.idp, attempt, visitor);
    expect(step).toMatchObject({ refusal: 'no-authn-context' });
    expect(await linesOf(rig.idp, attempt, visitor, new GakumonError('no-authn-context'))).toEqual([
      `asked: ${rig.sp.entityId} asked for a login; context exact "https://www.gakunin.jp/profile/AAL2"`,
      'proved: password from 10.1.2.3',
      'proved: totp "App" from 10.1.2.3',
      'placed: 10.1.2.3: in campus (10.0.0.0/8)',
      `told: urn:oasis:names:tc:SAML:2.0:status:Requester urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext to ${rig.sp.acs}`,
    ]);
  });
  test('attack: whoever types wrong passwords costs no read of a store', async () => {
    const { idp, sp } = await rigUnder();
    const { attempt } = await ask(idp, sp);
    const never = async (): Promise<never> => {
      throw new Error('looked up');
    };
    const blind: Idp = {
      ...idp,
      pendingLogins: { ...idp.pendingLogins, find: never },
      sessions: { ...idp.sessions, find: never },
      authenticators: { find: never, change: never, ownerOfCredential: never },
    };
    expect(await linesOf(blind, attempt, browser, new GakumonError('credentials-wrong'))).toEqual([
      `asked: ${sp.entityId} asked for a login`,
      'placed: 192.0.2.1: in no named network',
      'tried: password: credentials-wrong',
      'told: page credentials-wrong',
    ]);
    // Nor is it an error when something is away
    expect(await linesOf(blind, attempt, browser, new GakumonError('otp-wrong'))).toHaveLength(4);
  });
  test('attack: what an SP writes into its request stays in its line', async () => {
    const { idp, sp } = await rigUnder();
    const { attempt } = await ask(idp, sp);
    const classes = [`urn:a\n\u001b[31mplaced: 10.1.2.3: in campus${'!'.repeat(500)}`];
    const requestedAuthnContext = { comparison: 'exact' as const, classes };
    const hostile = { ...attempt, request: { ...attempt.request, requestedAuthnContext } };
    const [asked] = await linesOf(idp, hostile, browser, new GakumonError('no-authn-context'));
    expect(asked).toMatch(/^asked: [ -~…]{20,400}$/);
  });
  test('stays with the case, and with the others of the same login', async () => {
    const { idp, sp } = await rigUnder();
    const { attempt } = await ask(idp, sp);
    const error = new GakumonError('credentials-wrong');
    const opened = await openCase(idp, error, await caseContextOf(idp, attempt, browser, error));
    expect((await idp.cases.find(opened.reference))?.timeline).toEqual(opened.timeline);
    expect((await idp.cases.listOfAttempt(attempt.id)).map(({ reference }) => reference)).toEqual([opened.reference]);
  });
});
