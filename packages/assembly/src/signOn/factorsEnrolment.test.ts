import {
  type AuthenticatorOwner,
  acceptOtp,
  beginPasskey,
  beginTotp,
  confirmPasskey,
  confirmTotp,
  findOwner,
  importTotp,
  mostAuthenticators,
} from '@gakumon/idp';
import { defaultPolicy, newTotpSecret, parseTotpSecret, type StepUpPolicy } from '@gakumon/mfa';
import { type BrowserId, hours, minutes, type Username } from '@gakumon/terms';
import { pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  campusPolicy,
  codeNow,
  codeOf,
  givePasskey,
  giveTotp,
  here,
  onCampus,
  openSession,
  other,
  ownerOf,
  provedIn,
  type Rig,
  secret,
  student,
  typePassword,
  visitorIn,
  wrongCode,
} from './factorsRig.ts';
import { browser } from './testIdp.ts';

async function begin(policy: StepUpPolicy = campusPolicy('first'), visitor = onCampus) {
  const rig = await beginLogin(policy, visitor);
  return { ...rig, owner: await ownerOf(rig, visitor) };
}
type WithOwner = Rig & { readonly owner: AuthenticatorOwner };

const app = { otherwise: 'App' };
const authenticatorsOf = async ({ idp }: Pick<Rig, 'idp'>) => (await idp.authenticators.find(student)).authenticators;

/** Scans the code and types what the app shows. */
async function enrolTotp(at: WithOwner, naming: { readonly name?: string; readonly otherwise: string } = app) {
  const { secret: shown } = await beginTotp(at.idp, at.owner);
  return confirmTotp(at.idp, at.owner, { ...naming, code: codeNow(at.clock, 0, shown) });
}

async function enrolPasskey({ idp, owner }: WithOwner, device = pretendAuthenticator()) {
  const { options, challenge } = await beginPasskey(idp, owner);
  return confirmPasskey(idp, owner, { challenge, response: device.create(options, here), otherwise: 'Passkey' });
}

describe('an app for one-time codes', () => {
  test('is there after a good code, and the login that it was enrolled in goes on', async () => {
    const at = await begin();
    const key = await beginTotp(at.idp, at.owner);
    expect(parseTotpSecret(key.grouped)).toBe(key.secret);
    expect(key.uri).toMatch(/^otpauth:\/\/totp\/Gakumon%20University:s1234567\?/);
    expect(await authenticatorsOf(at)).toEqual([]);
    const shown = await confirmTotp(at.idp, at.owner, {
      code: codeNow(at.clock, 0, key.secret),
      name: ' 私の 携帯 ',
      ...app,
    });
    expect(shown).toMatchObject({ kind: 'totp', name: '私の 携帯', isShared: false });
    expect(shown).not.toHaveProperty('secret');
    expect(await provedIn(at)).toEqual(['password', 'totp']);
    expect(at.events.at(-1)).toMatchObject({ kind: 'authenticator-added', username: student, actor: 'person' });
    expect(JSON.stringify(at.events)).not.toContain(key.secret);
  });
  test('shows the same secret again for an hour, and a wrong code spoils nothing', async () => {
    const at = await begin();
    const { secret: first } = await beginTotp(at.idp, at.owner);
    expect(await codeOf(confirmTotp(at.idp, at.owner, { code: wrongCode(at.clock, first), ...app }))).toBe('otp-wrong');
    for (const code of ['', '12345']) {
      expect(await codeOf(confirmTotp(at.idp, at.owner, { code, ...app }))).toBe('otp-missing');
    }
    expect((await beginTotp(at.idp, at.owner)).secret).toBe(first);
    await confirmTotp(at.idp, at.owner, { code: codeNow(at.clock, 0, first), ...app });
  });
  test('may take as long as it takes to install one', async () => {
    const at = await begin();
    const { secret: shown } = await beginTotp(at.idp, at.owner);
    at.clock.advance(minutes(50));
    const owner = await ownerOf(at, onCampus);
    await confirmTotp(at.idp, owner, { code: codeNow(at.clock, 0, shown), ...app });
    expect(await provedIn(at)).toEqual(['password', 'totp']);
  });
  test('of an hour ago is begun again', async () => {
    const at = await begin();
    const { secret: shown } = await beginTotp(at.idp, at.owner);
    at.clock.advance(hours(1));
    await typePassword(at, onCampus);
    const owner = await ownerOf(at, onCampus);
    const late = confirmTotp(at.idp, owner, { code: codeNow(at.clock, 0, shown), ...app });
    expect(await codeOf(late)).toBe('totp-begun-anew');
    expect((await beginTotp(at.idp, owner)).secret).not.toBe(shown);
  });
  test('that is begun in a second browser leaves the first as it is, and each shows its own', async () => {
    const at = await begin();
    const { secret: first } = await beginTotp(at.idp, at.owner);
    const elsewhere = { ...onCampus, browser: 'another' as BrowserId };
    await typePassword(at, elsewhere);
    const owner = await ownerOf(at, elsewhere);
    const { secret: second } = await beginTotp(at.idp, owner);
    expect(second).not.toBe(first);
    const stolen = confirmTotp(at.idp, owner, { code: codeNow(at.clock, 0, first), ...app });
    expect(await codeOf(stolen)).toBe('otp-wrong');
    expect((await beginTotp(at.idp, at.owner)).secret).toBe(first);
    await confirmTotp(at.idp, at.owner, { code: codeNow(at.clock, 0, first), ...app });
    expect(await authenticatorsOf(at)).toHaveLength(1);
  });
  test('attack: begun in browsers without end, it takes the room of five, the oldest of which is begun anew', async () => {
    const at = await begin();
    const { secret: first } = await beginTotp(at.idp, at.owner);
    for (let index = 0; index < 8; index += 1) {
      await beginTotp(at.idp, { ...at.owner, attempt: undefined, browser: `browser-${index}` as BrowserId });
    }
    const { pendingTotps } = await at.idp.authenticators.find(student);
    expect(pendingTotps.map(({ browser: of }) => of)).toEqual([3, 4, 5, 6, 7].map((index) => `browser-${index}`));
    const late = confirmTotp(at.idp, at.owner, { code: codeNow(at.clock, 0, first), ...app });
    expect(await codeOf(late)).toBe('totp-begun-anew');
  });
  test('whose clock is off is told of it at once', async () => {
    const at = await begin();
    const { secret: shown } = await beginTotp(at.idp, at.owner);
    const off = confirmTotp(at.idp, at.owner, { code: codeNow(at.clock, 8, shown), ...app });
    await expect(off).rejects.toMatchObject({ code: 'otp-drift', data: { minutes: 4, slow: 0 } });
    expect(await authenticatorsOf(at)).toEqual([]);
  });
  test('attack: the code that completed it opens no login', async () => {
    const at = await begin();
    const { id } = await enrolTotp(at);
    const { secret: enrolled } = (await authenticatorsOf(at))[0] as { secret: string };
    const attempt = attemptOf('over-the-shoulder');
    await typePassword({ idp: at.idp, attempt });
    const code = codeNow(at.clock, 0, enrolled);
    expect(await codeOf(acceptOtp(at.idp, attempt, browser, { authenticator: id, code }))).toBe('otp-used');
  });
  test('of two who complete it at once, one does', async () => {
    const at = await begin();
    const { secret: shown } = await beginTotp(at.idp, at.owner);
    const codes = [codeNow(at.clock, 0, shown), codeNow(at.clock, 1, shown)];
    await Promise.allSettled(codes.map((code) => confirmTotp(at.idp, at.owner, { code, ...app })));
    expect(await authenticatorsOf(at)).toHaveLength(1);
  });
  test('on a page of ours it strengthens the session', async () => {
    const at = await begin();
    const visitor = { ...(await openSession(at, 'portal')), address: onCampus.address };
    const owner = await findOwner(at.idp, visitor, undefined);
    await enrolTotp({ ...at, owner });
    const again = await findOwner(at.idp, visitor, undefined);
    expect(again.facts.map(({ authenticator }) => authenticator)).toEqual(['password', 'totp']);
  });
});

describe('a passkey', () => {
  test('is there once the browser made one, and the login that it was enrolled in goes on', async () => {
    const at = await begin();
    expect(await enrolPasskey(at)).toMatchObject({ kind: 'webauthn', name: 'Passkey', canVerifyUser: true });
    expect(await provedIn(at)).toEqual(['password', 'webauthn']);
  });
  test('is not made twice by one device', async () => {
    const at = await begin(campusPolicy('any'));
    const device = pretendAuthenticator();
    await enrolPasskey(at, device);
    await expect(enrolPasskey(at, device)).rejects.toMatchObject({ name: 'InvalidStateError' });
    expect(await enrolPasskey(at)).toMatchObject({ name: 'Passkey 2' });
    const handles = new Set([
      (await at.idp.authenticators.find(student)).userHandle,
      device.credentials[0]?.userHandle,
    ]);
    expect(handles.size).toBe(1);
  });
  test('attack: the answer counts once, not in another browser, and not for a login', async () => {
    const at = await begin(campusPolicy('any'));
    const { options, challenge } = await beginPasskey(at.idp, at.owner);
    const answer = { challenge, response: pretendAuthenticator().create(options, here), otherwise: 'Passkey' };
    const elsewhere = { ...at.owner, browser: visitorIn('another').browser };
    expect(await codeOf(confirmPasskey(at.idp, elsewhere, answer))).toBe('passkey-wrong');
    await confirmPasskey(at.idp, at.owner, answer);
    expect(await codeOf(confirmPasskey(at.idp, at.owner, answer))).toBe('passkey-stale');
    expect(await authenticatorsOf(at)).toHaveLength(1);
  });
  test('attack: a challenge that was put to another person enrols nothing', async () => {
    const at = await begin();
    const { options, challenge } = await beginPasskey(at.idp, at.owner);
    await typePassword(at, onCampus, other);
    const owner = await ownerOf(at, onCampus);
    const answer = { challenge, response: pretendAuthenticator().create(options, here), otherwise: 'Passkey' };
    expect(await codeOf(confirmPasskey(at.idp, owner, answer))).toBe('passkey-wrong');
  });
  test('attack: the credential of somebody else is not taken over by its name', async () => {
    const at = await begin();
    const theirs = await givePasskey(at, pretendAuthenticator(), other);
    const { options, challenge } = await beginPasskey(at.idp, at.owner);
    const name = theirs.device.credentials[0]?.id ?? '';
    const response = pretendAuthenticator().create(options, { ...here, lies: { credentialId: name } });
    const taken = confirmPasskey(at.idp, at.owner, { challenge, response, otherwise: 'Passkey' });
    expect(await codeOf(taken)).toBe('passkey-wrong');
    expect(await at.idp.authenticators.ownerOfCredential(name)).toBe(other);
  });
});

describe('a stolen password', () => {
  const refused = async ({ idp, owner }: WithOwner) => [
    await codeOf(beginTotp(idp, owner)),
    await codeOf(beginPasskey(idp, owner)),
  ];

  test('attack: enrols nothing from off campus, nor where no rule is', async () => {
    const away = await begin(campusPolicy('any'), browser);
    expect(await refused(away)).toEqual(['enrolment-not-allowed', 'enrolment-not-allowed']);
    expect(await refused(await begin(defaultPolicy))).toEqual(['enrolment-not-allowed', 'enrolment-not-allowed']);
    expect(await away.idp.authenticators.find(student)).toMatchObject({
      pendingTotps: [],
      userHandle: undefined,
    });
  });
  test('attack: enrols none on campus beside one that exists, where only the first is free', async () => {
    const at = await begin();
    await giveTotp(at.idp);
    expect(await refused(at)).toEqual(['enrolment-not-allowed', 'enrolment-not-allowed']);
  });
  test('attack: what was begun on campus is not completed from outside', async () => {
    const at = await begin();
    const { secret: shown } = await beginTotp(at.idp, at.owner);
    const away = { ...at.owner, address: browser.address };
    const code = codeNow(at.clock, 0, shown);
    expect(await codeOf(confirmTotp(at.idp, away, { code, ...app }))).toBe('enrolment-not-allowed');
  });
  test('attack: of two enrolments that were both begun as the first, one is', async () => {
    const at = await begin();
    const { options, challenge } = await beginPasskey(at.idp, at.owner);
    const response = pretendAuthenticator().create(options, here);
    const owner = { ...at.owner, facts: at.owner.facts };
    await enrolTotp(at);
    const second = confirmPasskey(at.idp, owner, { challenge, response, otherwise: 'Passkey' });
    expect(await codeOf(second)).toBe('enrolment-not-allowed');
    expect(await authenticatorsOf(at)).toHaveLength(1);
  });
  test('attack: in parallel, of many first ones one is', async () => {
    const at = await begin();
    const asked = await Promise.all(Array.from({ length: 5 }, () => beginPasskey(at.idp, at.owner)));
    const answers = asked.map(({ options, challenge }) => ({
      challenge,
      response: pretendAuthenticator().create(options, here),
      otherwise: 'Passkey',
    }));
    await Promise.allSettled(answers.map((answer) => confirmPasskey(at.idp, at.owner, answer)));
    expect(await authenticatorsOf(at)).toHaveLength(1);
  });
  test('attack: who has seen a secret on campus does not know the one that its owner then enrols', async () => {
    const at = await begin();
    const thief = visitorIn('of-the-thief');
    await typePassword(at, { ...thief, address: onCampus.address });
    const seen = await beginTotp(at.idp, await ownerOf(at, { ...thief, address: onCampus.address }));
    expect((await beginTotp(at.idp, at.owner)).secret).not.toBe(seen.secret);
  });
  test('attack: a password of long ago opens nothing', async () => {
    const at = await begin();
    at.clock.advance(minutes(16));
    expect(await codeOf(beginTotp(at.idp, at.owner))).toBe('enrolment-not-allowed');
  });
  test('nobody who proved nothing owns anything', async () => {
    const at = await begin();
    expect(await codeOf(findOwner(at.idp, onCampus, attemptOf('nothing')))).toBe('session-gone');
    expect(await codeOf(findOwner(at.idp, onCampus, undefined))).toBe('session-gone');
  });
});

test('attack: a kind that the policy does not offer is not enrolled, whatever a form asks for', async () => {
  const at = await begin({ ...campusPolicy('any'), offered: ['webauthn'] });
  expect(await codeOf(beginTotp(at.idp, at.owner))).toBe('enrolment-not-allowed');
  const keys = await begin({ ...campusPolicy('any'), offered: ['totp'] });
  expect(await codeOf(beginPasskey(keys.idp, keys.owner))).toBe('enrolment-not-allowed');
});

describe('somebody who has proved another authenticator', () => {
  test('enrols from anywhere', async () => {
    const at = await begin(defaultPolicy, browser);
    const authenticator = await giveTotp(at.idp);
    await acceptOtp(at.idp, at.attempt, browser, { authenticator, code: codeNow(at.clock) });
    await enrolPasskey({ ...at, owner: await ownerOf(at) });
    expect(await authenticatorsOf(at)).toHaveLength(2);
  });
  test('has twenty at most', async () => {
    const at = await begin(campusPolicy('any'));
    for (let count = 0; count < mostAuthenticators; count += 1) await giveTotp(at.idp);
    expect(await codeOf(beginTotp(at.idp, at.owner))).toBe('authenticator-limit');
    const card = { secret: newTotpSecret(), isShared: true, name: 'Card' };
    const more = importTotp(at.idp, student, card, { actor: 'operator' });
    expect(await codeOf(more)).toBe('authenticator-limit');
  });
});

describe('a secret from a card', () => {
  const take = (at: Pick<Rig, 'idp'>, of: string, username = student) =>
    importTotp(at.idp, username, { secret: of, isShared: true, name: 'Card' }, { actor: 'operator' });

  test('attack: the same one twice is refused, or each of its codes would count twice', async () => {
    const at = await begin(campusPolicy('any'));
    await take(at, secret);
    expect(await codeOf(take(at, secret))).toBe('authenticator-known');
    expect(await authenticatorsOf(at)).toHaveLength(1);
    await take(at, newTotpSecret());
    await take(at, secret, other);
  });
  test('attack: the same key in a longer spelling is the same one', async () => {
    const at = await begin(campusPolicy('any'));
    await take(at, 'JBSWY3DPEHPK3PXP');
    expect(await codeOf(take(at, 'JBSWY3DPEHPK3PXPAAAAAAAA'))).toBe('authenticator-known');
  });
  test('attack: nor that of the directory, nor one that is just being enrolled', async () => {
    const at = await begin(campusPolicy('any'));
    const shown = await beginTotp(at.idp, at.owner);
    expect(await codeOf(take(at, shown.secret))).toBe('authenticator-known');
    const directories = at.idp.directories().map((one) => ({ ...one, totpSecretOf: async () => secret }));
    const fixed = { idp: { ...at.idp, directories: () => directories } };
    expect(await codeOf(take(fixed, secret))).toBe('authenticator-known');
    expect(await authenticatorsOf(at)).toEqual([]);
  });
  test('many orders with one secret at once put in one', async () => {
    const at = await begin(campusPolicy('any'));
    const told = await Promise.all(Array.from({ length: 6 }, () => codeOf(take(at, secret))));
    expect(told.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'authenticator-known'), 'done']);
  });
  test('is nobody’s whom no directory knows', async () => {
    expect(await codeOf(take(await begin(campusPolicy('any')), secret, 'x9999999' as Username))).toBe(
      'person-not-found',
    );
  });
});
