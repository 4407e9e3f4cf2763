import { randomBytes } from 'node:crypto';
import { computeId, type ReleaseRule } from '@gakumon/attributes';
import { createFileDirectory, type Directory, hashPassword } from '@gakumon/directory';
import { continueSso, openAttempt, type ServiceProviderSettings, sealAttempt } from '@gakumon/idp';
import { minutes, nameIdFormats, statuses } from '@gakumon/terms';
import { fixedClock, type PretendSp, type PretendSpOptions, pretendSp, type SendOptions } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { expectGolden } from './goldenFile.ts';
import { afterwards, ask, baseUrl, browser, deliveryOf, logIn, makeTestIdp, password, readBy } from './testIdp.ts';

const { transient, persistent, emailAddress, unspecified, entity } = nameIdFormats;
const idpEntityId = `${baseUrl}/idp/shibboleth`;
const mail = 'hanako@example.ac.jp';

const permitting = (...nameId: string[]): ReleaseRule => ({ name: 'names', to: 'any', release: [], deny: [], nameId });

/** What the test IdP's generator makes of the test person. */
const persistentIdAt = (sp: PretendSp): string =>
  computeId({ salt: Buffer.from('0123456789abcdef'), algorithm: 'sha1', encoding: 'base32' }, sp.entityId, 's1234567');

async function directoryWith(attributes: Readonly<Record<string, readonly string[]>>): Promise<Directory> {
  const passwordHash = await hashPassword(password, { logN: 10, r: 8, p: 1 });
  const person = { username: 's1234567', passwordHash, groups: ['students'], totpSecret: undefined, attributes };
  return createFileDirectory('local', () => [person]);
}

type Case = {
  readonly rules?: readonly ReleaseRule[];
  readonly sp?: PretendSpOptions;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly settings?: Partial<ServiceProviderSettings>;
};

async function prepare({ rules = [], sp: options = {}, attributes = { mail: [mail] }, settings = {} }: Case) {
  const clock = fixedClock();
  const sp = pretendSp({ clock, nameIdFormats: [], encryptionKeys: [], ...options });
  const directories = [await directoryWith(attributes)];
  const { idp } = await makeTestIdp([sp], { clock, rules, settings, directories });
  return { clock, sp, idp };
}

/** Signs on, and tells what the SP was given: the NameID, or the status of the error. */
async function signOn(about: Case, request: SendOptions = {}) {
  const { sp, idp } = await prepare(about);
  const { attempt, requestId } = await ask(idp, sp, request);
  const step = await logIn(idp, openAttempt(idp, sealAttempt(idp, attempt)));
  const { assertion, status, signed } = readBy(sp, step, requestId);
  return { sp, step, signed, nameId: assertion?.nameId, status: [status.code, status.second] };
}

const asking = (format: string | undefined, more: NonNullable<SendOptions['nameIdPolicy']> = {}): SendOptions => ({
  nameIdPolicy: { ...(format === undefined ? {} : { format }), ...more },
});

const refused = [statuses.requester, statuses.invalidNameIdPolicy];

describe('a persistent NameID', () => {
  test('is given when it is asked for and permitted, and names both sides', async () => {
    const { nameId, sp } = await signOn({ rules: [permitting(persistent)] }, asking(persistent));
    expect(nameId).toEqual({
      format: persistent,
      value: persistentIdAt(sp),
      nameQualifier: idpEntityId,
      spNameQualifier: sp.entityId,
    });
  });
  test('is the same in the next login, and another one at another SP', async () => {
    const clock = fixedClock();
    const sps = ['https://one.example.org', 'https://two.example.org'].map((host) =>
      pretendSp({ clock, entityId: `${host}/sp`, acs: [`${host}/acs`], encryptionKeys: [] }),
    );
    const { idp } = await makeTestIdp(sps, { clock, rules: [permitting(persistent)] });
    const values: (string | undefined)[] = [];
    for (const sp of [...sps, ...sps]) {
      const { attempt, requestId } = await ask(idp, sp, asking(persistent));
      values.push(readBy(sp, await logIn(idp, attempt), requestId).assertion?.nameId.value);
      clock.advance(minutes(1));
    }
    expect(values.slice(2)).toEqual(values.slice(0, 2));
    expect(values[0]).not.toBe(values[1]);
  });
  test.each([[undefined], [true], [false]])('AllowCreate may be %s: nothing is created', async (allowCreate) => {
    const more = allowCreate === undefined ? {} : { allowCreate };
    const { nameId } = await signOn({ rules: [permitting(persistent)] }, asking(persistent, more));
    expect(nameId?.format).toBe(persistent);
  });
  test('has a generator of its own where one is set; eduPersonTargetedID keeps the other one', async () => {
    const { sp, idp } = await prepare({ rules: [{ ...permitting(persistent), release: ['eduPersonTargetedID'] }] });
    const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
    const own = { name: 'own', source: 'mail', salt, algorithm: 'sha256', encoding: 'base64' } as const;
    const generators = { ...idp.identifierGenerators, persistent: own };
    const { attempt, requestId } = await ask(idp, sp, asking(persistent));
    const step = await logIn({ ...idp, identifierGenerators: generators }, attempt);
    const { assertion } = readBy(sp, step, requestId);
    expect(assertion?.nameId.value).toBe(computeId(own, sp.entityId, mail));
    expect(assertion?.attributes).toEqual({
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': [`${idpEntityId}!${sp.entityId}!${persistentIdAt(sp)}`],
    });
  });
  test('is an error for whoever has not what it starts from', async () => {
    const { sp, idp } = await prepare({ rules: [permitting(persistent)], attributes: {} });
    const { persistent: usual } = idp.identifierGenerators;
    if (usual === undefined) throw new Error('the test IdP has no generator');
    const generators = { ...idp.identifierGenerators, persistent: { ...usual, source: 'employeeNumber' } };
    const { attempt, requestId } = await ask(idp, sp, asking(persistent));
    const step = await logIn({ ...idp, identifierGenerators: generators }, attempt);
    const { status, assertion } = readBy(sp, step, requestId);
    expect([status.second, assertion]).toEqual([statuses.invalidNameIdPolicy, undefined]);
  });
  test('octet by octet', async () => {
    const { step } = await signOn({ rules: [permitting(persistent)] }, asking(persistent));
    await expectGolden('persistent', deliveryOf(step).samlResponse);
  });
});

describe('a mail address as NameID', () => {
  const rules = [permitting(emailAddress)];
  test('is given when it is asked for and permitted', async () => {
    const { nameId } = await signOn({ rules }, asking(emailAddress));
    expect(nameId).toEqual({ format: emailAddress, value: mail, nameQualifier: undefined, spNameQualifier: undefined });
  });
  test('octet by octet', async () => {
    const { step } = await signOn({ rules }, asking(emailAddress));
    await expectGolden('email-address', deliveryOf(step).samlResponse);
  });
  test.each<[string, Case['attributes'] & object]>([
    ['without one', {}],
    ['with two', { mail: ['a@example.ac.jp', 'b@example.ac.jp'] }],
    ['attack: with markup in it', { mail: ['x@y.example</saml:NameID><saml:NameID>root@example.ac.jp'] }],
    ['attack: with an entity in it', { mail: ['a@b.example&#64;c'] }],
    ['attack: with a letter that looks like another one', { mail: ['аdmin@example.ac.jp'] }],
  ])('somebody %s has none: an error when it is asked for, the next one otherwise', async (_, attributes) => {
    const both = { rules: [permitting(emailAddress, persistent)], attributes };
    expect(await signOn(both, asking(emailAddress))).toMatchObject({
      status: refused,
      nameId: undefined,
      signed: true,
    });
    const preferring = { ...both, sp: { nameIdFormats: [emailAddress, persistent] } };
    expect((await signOn(preferring)).nameId?.format).toBe(persistent);
    expect((await signOn({ rules, attributes, sp: { nameIdFormats: [emailAddress] } })).nameId?.format).toBe(transient);
  });
  test('characters that mean something in XML arrive as they are', async () => {
    const { nameId } = await signOn({ rules, attributes: { mail: ["r&d'x@example.ac.jp"] } }, asking(emailAddress));
    expect(nameId?.value).toBe("r&d'x@example.ac.jp");
  });
  test('attack: a deny of mail in any rule keeps it at home', async () => {
    const denied = [...rules, { name: 'no mail', to: 'any' as const, release: [], deny: ['mail'] }];
    expect((await signOn({ rules: denied }, asking(emailAddress))).status).toEqual(refused);
    expect((await signOn({ rules: denied, sp: { nameIdFormats: [emailAddress] } })).nameId?.format).toBe(transient);
  });
});

describe('without an explicit format', () => {
  test.each<[string, readonly string[], SendOptions, readonly string[], string]>([
    ['no preference: transient', [], {}, [persistent, emailAddress], transient],
    ['the first permitted one of the metadata', [entity, emailAddress, persistent], {}, [persistent], persistent],
    ['unspecified equals absent', [persistent], asking(unspecified), [persistent], persistent],
    ['a NameIDPolicy without a format too', [persistent], asking(undefined), [persistent], persistent],
    ['nothing of the metadata permitted: no error', [persistent, emailAddress], {}, [], transient],
    ['an explicit transient', [persistent], asking(transient), [persistent], transient],
  ])('%s', async (_, nameIdFormatsOfSp, request, permitted, expected) => {
    const about = { rules: [permitting(...permitted)], sp: { nameIdFormats: nameIdFormatsOfSp } };
    expect((await signOn(about, request)).nameId?.format).toBe(expected);
  });
});

describe('attacks', () => {
  test.each<[string, readonly ReleaseRule[]]>([
    ['no rule', []],
    ['a rule that releases every attribute', [{ name: 'all', to: 'any', release: 'all', deny: [] }]],
    ['a rule for another SP', [{ ...permitting(persistent), to: { entityId: 'https://other.example/sp' } }]],
    ['a rule about other people', [{ ...permitting(persistent), to: { group: 'staff' } }]],
    ['a deny of the same identifier', [permitting(persistent), { ...permitting(), deny: ['eduPersonTargetedID'] }]],
  ])('asking for a persistent NameID with %s', async (_, rules) => {
    const { status, nameId, signed } = await signOn({ rules }, asking(persistent));
    expect({ status, nameId, signed }).toEqual({ status: refused, nameId: undefined, signed: true });
  });
  test('a session does not help: the rules are asked in every sign-on', async () => {
    const { sp, idp } = await prepare({});
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const { attempt, requestId } = await ask(idp, sp, asking(persistent));
    const { status, assertion } = readBy(sp, await continueSso(idp, attempt, signedIn), requestId);
    expect([status.second, assertion]).toEqual([statuses.invalidNameIdPolicy, undefined]);
  });
  test.each<[string, SendOptions]>([
    ['the SPNameQualifier of another SP', asking(persistent, { spNameQualifier: 'https://other.example/sp' })],
    ['another one for a transient NameID', asking(transient, { spNameQualifier: 'https://other.example/sp' })],
    [
      'an SPNameQualifier in another case',
      asking(persistent, { spNameQualifier: 'https://SP.example.org/shibboleth' }),
    ],
    ['a format that nobody makes', asking(entity)],
    ['the short name of release.yaml', asking('persistent')],
    ['a format with a space behind', asking(`${persistent} `)],
    ['a format with markup', asking('"><script>alert(1)</script>&amp;')],
    ['an endless format', asking(`urn:x${randomBytes(6000).toString('hex')}`)],
  ])('%s is refused before anybody is asked, and not echoed', async (_, request) => {
    const { sp, idp } = await prepare({ rules: [permitting(persistent, emailAddress)] });
    const { attempt, requestId } = await ask(idp, sp, request);
    const step = await continueSso(idp, openAttempt(idp, sealAttempt(idp, attempt)), browser);
    const { status, signed } = readBy(sp, step, requestId);
    expect([status.code, status.second, signed]).toEqual([...refused, true]);
    const xml = Buffer.from(deliveryOf(step).samlResponse, 'base64').toString('utf8');
    expect(xml).not.toMatch(/script|other\.example|urn:x|nameid-format/);
  });
  test('its own entityID as SPNameQualifier is no attack', async () => {
    const own = asking(persistent, { spNameQualifier: 'https://sp.example.org/shibboleth' });
    expect((await signOn({ rules: [permitting(persistent)] }, own)).nameId?.format).toBe(persistent);
  });
});

describe('the settings of an SP whose metadata names no format', () => {
  const settings = { nameIdFormats: [emailAddress] };
  test('lead to the format that it likes, where the release rules permit it', async () => {
    const { nameId } = await signOn({ settings, rules: [permitting(emailAddress)] });
    expect(nameId).toMatchObject({ format: emailAddress, value: mail });
  });
  test('permit nothing by themselves', async () => {
    expect((await signOn({ settings })).nameId).toMatchObject({ format: transient });
  });
  test('count instead of the formats in its metadata', async () => {
    const rules = [permitting(persistent, emailAddress)];
    const { nameId } = await signOn({ settings, rules, sp: { nameIdFormats: [persistent] } });
    expect(nameId).toMatchObject({ format: emailAddress });
  });
});
