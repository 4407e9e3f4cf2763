import { loadRecipe, recipeNames } from '@gakumon/config';
import { createFileDirectory, hashPassword } from '@gakumon/directory';
import { buildSpMetadata } from '@gakumon/metadata';
import { writeCanonical } from '@gakumon/saml';
import { attributeNameFormats, nameIdFormats } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { toServiceProviderSettings } from '../serviceProviderSettings.ts';
import { expectGolden } from './goldenFile.ts';
import { ask, deliveryOf, logIn, makeTestIdp, password, readBy } from './testIdp.ts';

const commonLibTerms = 'urn:mace:dir:entitlement:common-lib-terms';
const awsRole = 'arn:aws:iam::123456789012:role/student,arn:aws:iam::123456789012:saml-provider/example';

/** Everything that any of the recipes could want, and more. */
const attributes = {
  displayName: ['Hanako Gakumon'],
  jaDisplayName: ['学門 花子'],
  givenName: ['Hanako'],
  sn: ['Gakumon'],
  jaGivenName: ['花子'],
  jasn: ['学門'],
  mail: ['hanako@example.ac.jp'],
  affiliation: ['student'],
  eduPersonEntitlement: [commonLibTerms, awsRole],
};

const sites: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'google-workspace': { domain: 'example.ac.jp' },
  zoom: { vanity: 'example' },
  moodle: { url: 'https://moodle.example.ac.jp', host: 'moodle.example.ac.jp' },
  'e-journal': { entityId: 'https://journal.example.org/sp', acs: 'https://journal.example.org/acs' },
  ezproxy: { host: 'ezproxy.example.ac.jp', entityId: 'https://ezproxy.example.ac.jp/sp' },
};

/** A login at the service as the recipe alone sets it up. */
async function signOn(name: string) {
  const clock = fixedClock();
  const recipe = await loadRecipe(name, sites[name] ?? {});
  const { entityId, assertionConsumerServices: acs } = recipe;
  const metadata = writeCanonical(buildSpMetadata(recipe));
  const sp = { ...pretendSp({ clock, entityId, acs, encryptionKeys: [] }), metadata: () => metadata };
  const passwordHash = await hashPassword(password, { logN: 10, r: 8, p: 1 });
  const person = { username: 's1234567', passwordHash, groups: [], totpSecret: undefined, attributes };
  const { idp } = await makeTestIdp([sp], {
    clock,
    rules: [recipe.rule],
    settings: toServiceProviderSettings(recipe.settings),
    directories: [createFileDirectory('local', () => [person])],
  });
  const { attempt, requestId } = await ask(idp, sp);
  const step = await logIn(idp, attempt);
  const response = readBy(sp, step, requestId, { nameFormats: Object.values(attributeNameFormats) });
  return { response, samlResponse: deliveryOf(step).samlResponse };
}

describe('a recipe sets up a service', () => {
  test.each(recipeNames)('%s, octet by octet', async (name) => {
    const { response, samlResponse } = await signOn(name);
    expect(response.signed).toBe(true);
    await expectGolden(`recipe-${name}`, samlResponse);
  });
});

describe('what the services need', () => {
  const { emailAddress, persistent, transient } = nameIdFormats;
  const given = { mail: 'urn:oid:0.9.2342.19200300.100.1.3', entitlement: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7' };
  test.each(['google-workspace', 'zoom', 'box'])('%s: the mail address as NameID', async (name) => {
    const { nameId } = (await signOn(name)).response.assertion ?? {};
    expect(nameId).toMatchObject({ format: emailAddress, value: 'hanako@example.ac.jp' });
  });
  test('Microsoft 365: a persistent NameID, IDPEmail and nothing else, a signed assertion', async () => {
    const { assertion } = (await signOn('microsoft-365')).response;
    expect(assertion).toMatchObject({ nameId: { format: persistent }, signed: true });
    expect(assertion?.attributes).toEqual({ IDPEmail: ['s1234567@example.ac.jp'] });
  });
  test('AWS: its own names', async () => {
    const { assertion } = (await signOn('aws')).response;
    expect(assertion?.attributes).toEqual({
      'https://aws.amazon.com/SAML/Attributes/Role': [commonLibTerms, awsRole],
      'https://aws.amazon.com/SAML/Attributes/RoleSessionName': ['s1234567@example.ac.jp'],
    });
  });
  test('attack: an e-journal learns of common-lib-terms, of no other entitlement and of no name', async () => {
    const { assertion } = (await signOn('e-journal')).response;
    expect(assertion?.nameId.format).toBe(transient);
    expect(assertion?.attributes).toEqual({ [given.entitlement]: [commonLibTerms] });
  });
  test('Moodle: names in both scripts', async () => {
    const { assertion } = (await signOn('moodle')).response;
    expect(assertion?.attributes).toMatchObject({
      [given.mail]: ['hanako@example.ac.jp'],
      'urn:oid:1.3.6.1.4.1.32264.1.1.2': ['花子'],
    });
  });
});
