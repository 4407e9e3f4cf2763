import { continueSso, type ServiceProviderSettings } from '@gakumon/idp';
import { attributeNameFormats, hours, minutes, statuses } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

const rules = [{ name: 'all', to: 'any' as const, release: 'all' as const, deny: [] }];

/** A whole login at an SP with these settings. */
async function answerWith(settings: Partial<ServiceProviderSettings>, expected: Parameters<typeof readBy>[3] = {}) {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const { idp } = await makeTestIdp([sp], { clock, settings, rules });
  const { attempt, requestId } = await ask(idp, sp);
  const step = await logIn(idp, attempt);
  const response = readBy(sp, step, requestId, expected);
  return { clock, sp, idp, step, response, assertion: response.assertion };
}

describe('signatures', () => {
  const anyResponse = { requireSignedResponse: false };
  test('the assertion alone', async () => {
    const { response } = await answerWith({ signResponse: false, signAssertion: true }, anyResponse);
    expect([response.signed, response.assertion?.signed]).toEqual([false, true]);
  });
  test('both', async () => {
    const { response } = await answerWith({ signAssertion: true });
    expect([response.signed, response.assertion?.signed]).toEqual([true, true]);
  });
  test('attack: settings that switch signing off wholly still give a signed assertion', async () => {
    const { response } = await answerWith({ signResponse: false, signAssertion: false }, anyResponse);
    expect(response.assertion?.signed).toBe(true);
  });
  test('attack: an error is signed though responses are not', async () => {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const { idp } = await makeTestIdp([sp], { clock, settings: { signResponse: false, signAssertion: true } });
    const { attempt, requestId } = await ask(idp, sp, { isPassive: true });
    const { signed, status } = readBy(sp, await continueSso(idp, attempt, browser), requestId);
    expect([signed, status.second]).toEqual([true, statuses.noPassive]);
  });
});

describe('times', () => {
  test('are those of the settings', async () => {
    const times = { assertionLifetime: minutes(2), sessionLifetime: hours(12), skew: minutes(3) };
    const { clock, assertion } = await answerWith(times);
    expect(assertion).toMatchObject({
      conditions: { notBefore: clock() - minutes(3), notOnOrAfter: clock() + minutes(2) },
      confirmationNotOnOrAfter: clock() + minutes(2),
      sessionNotOnOrAfter: clock() + hours(12),
      authnInstant: clock(),
    });
  });
  test('are the usual ones without', async () => {
    const { clock, assertion } = await answerWith({});
    expect(assertion).toMatchObject({
      conditions: { notBefore: clock(), notOnOrAfter: clock() + minutes(5) },
      sessionNotOnOrAfter: clock() + hours(8),
    });
  });
});

describe('names of attributes', () => {
  test('are those of the settings, with the values as ever; the others keep theirs', async () => {
    const { assertion } = await answerWith(
      { attributes: { displayName: { name: 'fullName', nameFormat: 'basic', friendlyName: 'Name' } } },
      { nameFormats: Object.values(attributeNameFormats) },
    );
    expect(assertion?.attributes).toMatchObject({
      fullName: ['Hanako Gakumon'],
      'urn:oid:1.3.6.1.4.1.32264.1.1.3': ['学門 花子'],
    });
    expect(assertion?.attributes['urn:oid:2.16.840.1.113730.3.1.241']).toBeUndefined();
    expect(assertion?.xml).toMatch(
      `<saml:Attribute FriendlyName="Name" Name="fullName" NameFormat="${attributeNameFormats.basic}">`,
    );
  });
  test('attack: a new name releases nothing that the rules keep', async () => {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const settings = { attributes: { displayName: { name: 'urn:example:name' } } };
    const { idp } = await makeTestIdp([sp], { clock, settings, rules: [] });
    const { attempt, requestId } = await ask(idp, sp);
    expect(readBy(sp, await logIn(idp, attempt), requestId).assertion?.attributes).toEqual({});
  });
});

describe('where the person is', () => {
  test('is told to nobody', async () => {
    const { assertion } = await answerWith({});
    expect(assertion?.xml).not.toContain('SubjectLocality');
    expect(assertion?.xml).not.toContain(browser.address);
  });
  test('is told where the settings say so: the address of the login, not of a later visit', async () => {
    const { idp, sp, step, assertion } = await answerWith({ subjectLocality: true });
    expect(assertion?.xml).toContain(`<saml:SubjectLocality Address="${browser.address}"/>`);
    const elsewhere = { ...afterwards(step), address: '198.51.100.7' };
    const { attempt, requestId } = await ask(idp, sp);
    const later = readBy(sp, await continueSso(idp, attempt, elsewhere), requestId);
    expect(later.assertion?.xml).toContain(`Address="${browser.address}"`);
    expect(later.assertion?.xml).not.toContain('198.51.100.7');
  });
});
