import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGakumonError } from '@gakumon/terms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadPeople, loadReleaseRules, loadServiceProviderSettings } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gakumon-documents-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hash = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'B'.repeat(43)}`;

async function write(text: string): Promise<string> {
  const file = join(folder, 'document.yaml');
  await writeFile(file, text);
  return file;
}

async function mistakesIn(text: string, load: (file: string) => Promise<unknown>): Promise<string[]> {
  const file = await write(text);
  const error: unknown = await load(file).then(
    () => undefined,
    (reason) => reason,
  );
  if (!isGakumonError(error) || error.code !== 'document-invalid') throw error;
  return (error.detail ?? '').split('\n').map((line) => line.replace(`${file}:`, ''));
}

describe('users.yaml', () => {
  test('gives people; one value and several are both lists', async () => {
    const people = await loadPeople(
      await write(`version: 1
people:
  - username: s1234567
    passwordHash: ${hash}
    groups: [students]
    attributes: { jaDisplayName: 山田 花子, affiliation: [student, member] }
`),
    );
    expect(people).toEqual([
      {
        username: 's1234567',
        passwordHash: hash,
        groups: ['students'],
        totpSecret: undefined,
        isDisabled: false,
        attributes: { jaDisplayName: ['山田 花子'], affiliation: ['student', 'member'] },
      },
    ]);
  });

  test('accounts open with a day and close with the end of one, in Japan; a time is itself', async () => {
    const entry = (dates: string) => `version: 1\npeople: [{ username: a, passwordHash: '${hash}', ${dates} }]\n`;
    expect(await loadPeople(await write(entry('opens: 2026-04-01, expires: 2027-03-31')))).toMatchObject([
      { opensAt: Date.parse('2026-03-31T15:00Z'), expiresAt: Date.parse('2027-03-31T15:00Z') },
    ]);
    expect(await loadPeople(await write(entry('expires: 2027-03-31T12:00Z')))).toMatchObject([
      { expiresAt: Date.parse('2027-03-31T12:00Z') },
    ]);
    for (const wrong of ['opens: 2026-02-30', "expires: ''", 'opens: soon', 'expires: 20270331', 'opens: null']) {
      expect(await mistakesIn(entry(wrong), loadPeople)).toEqual([
        expect.stringMatching(/^2: .*(opens|expires): must/),
      ]);
    }
    expect(await mistakesIn(entry('opens: 2026-04-01, expires: 2026-03-31'), loadPeople)).toEqual([
      '2: people[1].expires: is not after opens',
    ]);
  });

  test('somebody may be disabled; what is not yes or no is a mistake, never a yes or a no', async () => {
    const entry = (disabled: string) =>
      `version: 1\npeople: [{ username: a, passwordHash: '${hash}', disabled: ${disabled} }]\n`;
    expect(await loadPeople(await write(entry('true')))).toMatchObject([{ isDisabled: true }]);
    for (const mistaken of ["'false'", 'no', '0', 'null']) {
      expect(await mistakesIn(entry(mistaken), loadPeople)).toEqual([expect.stringMatching(/^2: .*disabled/)]);
    }
  });

  test('two people of one name, a name nobody could type and a foreign hash are all told with their lines', async () => {
    const found = await mistakesIn(
      `version: 1
people:
  - { username: tanaka, passwordHash: '${hash}' }
  - { username: tanaka, passwordHash: '${hash}' }
  - { username: Suzuki, passwordHash: '${hash}' }
  - { username: sato, passwordHash: $2b$10$abcdefghijklmnopqrstuv }
  - { username: 1234567, passwordHash: '${hash}' }
  - { username: ito, passwordHash: '${hash}', attributes: { mail: 7 }, colour: red }
`,
      loadPeople,
    );
    expect(found.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      '4: people[2].username',
      '5: people[3].username',
      '6: people[4].passwordHash',
      '7: people[5].username',
      '8: people[6].attributes.mail',
      '8: people[6].colour',
    ]);
  });

  test('a secret that makes no codes is told with its line, and not repeated', async () => {
    const entry = (secret: string) =>
      `version: 1\npeople:\n  - username: a\n    passwordHash: '${hash}'\n    totpSecret: ${secret}\n`;
    const found = await mistakesIn(entry('JBSWY3DP'), loadPeople);
    expect(found).toEqual([expect.stringMatching(/^5: people\[1\].totpSecret: must be Base32/)]);
    expect(found.join()).not.toContain('JBSW');
    expect(await loadPeople(await write(entry('jbsw y3dp ehpk 3pxp')))).toMatchObject([
      { totpSecret: expect.any(String) },
    ]);
  });

  test('a password in the clear is never repeated in the message', async () => {
    const found = await mistakesIn(`version: 1\npeople: [{ username: a, passwordHash: hunter2 }]\n`, loadPeople);
    expect(found).toHaveLength(1);
    expect(found.join()).not.toMatch(/hunter2/);
  });
});

describe('release.yaml', () => {
  test('gives rules; what is left out means nothing', async () => {
    const rules = await loadReleaseRules(
      await write(`version: 1
rules:
  - { name: all, to: any, release: requested, deny: [mail] }
  - { name: library, to: { entityId: 'https://sp.example/' }, release: [eduPersonEntitlement] }
  - { name: silent, to: { group: staff } }
`),
    );
    expect(rules).toEqual([
      { name: 'all', to: 'any', release: 'requested', deny: ['mail'] },
      { name: 'library', to: { entityId: 'https://sp.example/' }, release: ['eduPersonEntitlement'], deny: [] },
      { name: 'silent', to: { group: 'staff' }, release: [], deny: [] },
    ]);
  });

  test('permits NameID formats, by their short names or their URIs', async () => {
    const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    const rules = await loadReleaseRules(
      await write(
        `version: 1\nrules: [{ name: a, to: any, nameId: [transient, persistent, emailAddress, '${email}'] }]\n`,
      ),
    );
    const of2 = 'urn:oasis:names:tc:SAML:2.0:nameid-format';
    const nameId = [`${of2}:transient`, `${of2}:persistent`, email, email];
    expect(rules).toEqual([{ name: 'a', to: 'any', release: [], deny: [], nameId }]);
  });

  test('a NameID format that nobody makes is a mistake, told with its line beside the others', async () => {
    const text = `version: 1
rules:
  - name: a
    to: any
    deny: [Mail]
    nameId:
      - persistent
      - email
      - urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified
  - { name: b, to: any, nameId: persistent }
`;
    const found = await mistakesIn(text, loadReleaseRules);
    expect(found.sort()).toEqual([
      '10: rules[2].nameId: must be a list',
      '5: rules[1].deny: no attribute is called "Mail"; perhaps mail',
      '8: rules[1].nameId[2]: must be one of transient, persistent, emailAddress, or the URI of one of them',
      '9: rules[1].nameId[3]: must be one of transient, persistent, emailAddress, or the URI of one of them',
    ]);
  });

  test('a rule whose target nobody can read is refused, beside what else is wrong', async () => {
    const found = await mistakesIn(
      `version: 1
rules:
  - { name: a, to: { source: ours, country: jp }, release: all }
  - { name: a, to: everybody, release: some }
`,
      loadReleaseRules,
    );
    expect(found.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      '3: rules[1].to.country',
      '4: rules[2].to',
      '4: rules[2].release',
      '4: rules[2].name',
    ]);
  });

  test('a mistyped attribute is a mistake: as a deny it would protect nobody', async () => {
    expect(
      await mistakesIn(`version: 1\nrules:\n  - { name: a, to: any, release: all, deny: [Mail] }\n`, loadReleaseRules),
    ).toEqual(['3: rules[1].deny: no attribute is called "Mail"; perhaps mail']);
  });
});

describe('sps.yaml', () => {
  test('tells what is said and nothing else', async () => {
    const settings = await loadServiceProviderSettings(
      await write(`version: 1
serviceProviders:
  - { entityId: 'https://a.example/', signAssertion: true }
  - entityId: 'https://b.example/'
    signResponse: false
    signAssertion: true
    encryption: required
    assertionLifetime: PT2M
    sessionLifetime: PT12H
    skew: PT3M
    subjectLocality: true
    assuranceAttribute: true
    attributes: { mail: { name: email, nameFormat: basic, friendlyName: Mail }, sn: { name: 'urn:example:sn' } }
    reason: その会社の古いソフトウェア
`),
    );
    expect(settings).toEqual([
      { entityId: 'https://a.example/', signAssertion: true },
      {
        entityId: 'https://b.example/',
        signResponse: false,
        signAssertion: true,
        encryption: 'required',
        assertionLifetime: 120_000,
        sessionLifetime: 43_200_000,
        skew: 180_000,
        subjectLocality: true,
        assuranceAttribute: true,
        attributes: {
          mail: { name: 'email', nameFormat: 'basic', friendlyName: 'Mail' },
          sn: { name: 'urn:example:sn' },
        },
        reason: 'その会社の古いソフトウェア',
      },
    ]);
  });

  test('attack: a name that cannot be written as XML is refused here, not when somebody logs in', async () => {
    const text = `version: 1
serviceProviders:
  - entityId: 'https://a.example/'
    attributes:
      sn: { name: "surname\\x01", nameFormat: basic }
      mail: { friendlyName: "mail\\uD842" }
`;
    const why = 'has a control character, or half a character, that XML cannot hold';
    expect(await mistakesIn(text, loadServiceProviderSettings)).toEqual([
      `5: serviceProviders[1].attributes.sn.name: ${why}`,
      `6: serviceProviders[1].attributes.mail.friendlyName: ${why}`,
    ]);
  });

  test('attack: signing may not be switched off wholly', async () => {
    const text = `version: 1
serviceProviders:
  - entityId: 'https://a.example/'
    signResponse: false
  - entityId: 'https://b.example/'
    signAssertion: false
    signResponse: false
  - { entityId: 'https://c.example/', signAssertion: false }
`;
    expect(await mistakesIn(text, loadServiceProviderSettings)).toEqual([
      '4: serviceProviders[1].signResponse: nothing would be signed; say signAssertion: true beside it',
      '7: serviceProviders[2].signResponse: nothing would be signed; say signAssertion: true beside it',
    ]);
  });

  test('every mistake is told at once, with its line', async () => {
    const text = `version: 1
serviceProviders:
  - entityId: 'https://a.example/'
    signResponse: "no"
    assertionLifetime: P1D
    sessionLifetime: P31D
    skew: PT1H
    subjectLocality: maybe
    attributes:
      Mail: { name: 'urn:example:mail' }
      mail: { name: email }
      sn: { name: twice, nameFormat: basic }
      givenName: { name: twice, nameFormat: unspecified }
      displayName: { nameFormat: oid, colour: red }
    nameId: transient
  - entityId: 'https://a.example/'
  - 7
`;
    const found = await mistakesIn(text, loadServiceProviderSettings);
    expect(found).toEqual([
      '4: serviceProviders[1].signResponse: must be true or false',
      '5: serviceProviders[1].assertionLifetime: must be one minute to one hour',
      '6: serviceProviders[1].sessionLifetime: must be one minute to 30 days',
      '7: serviceProviders[1].skew: may be ten minutes at most',
      '8: serviceProviders[1].subjectLocality: must be true or false',
      '10: serviceProviders[1].attributes.Mail: no attribute is called "Mail"; perhaps mail',
      '11: serviceProviders[1].attributes.mail.name: is no URI; say nameFormat: basic or unspecified beside it',
      '13: serviceProviders[1].attributes.givenName.name: sn is called "twice" already',
      '14: serviceProviders[1].attributes.displayName.nameFormat: must be uri, basic or unspecified',
      '14: serviceProviders[1].attributes.displayName.colour: unknown key (known here: name, nameFormat, friendlyName)',
      '15: serviceProviders[1].nameId: must be a list',
      '16: serviceProviders[2].entityId: another item has the entityId "https://a.example/" already',
      '17: serviceProviders[3]: must be a group of keys',
    ]);
  });

  test('attack: an attribute under the name of another one, which an SP would take for it', async () => {
    const eppn = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6';
    const mail = 'urn:oid:0.9.2342.19200300.100.1.3';
    const text = `version: 1
serviceProviders:
  - entityId: 'https://a.example/'
    attributes:
      displayName: { name: '${eppn}' }
      sn: { name: 'URN:OID:2.5.4.42' }
      mail: { name: 'urn:oasis:names:tc:SAML:attribute:subject-id', nameFormat: basic }
      eduPersonPrincipalName: { friendlyName: eppn }
  - entityId: 'https://exchanged.example/'
    attributes:
      eduPersonPrincipalName: { name: '${mail}' }
      mail: { name: '${eppn}' }
      sn: { name: 'urn:oid:2.5.4.4' }
  - entityId: 'https://twice.example/'
    attributes:
      mail: { name: '${mail}' }
      displayName: { name: '${mail}' }
`;
    const found = await mistakesIn(text, loadServiceProviderSettings);
    const would = 'an SP would take the one for the other';
    expect(found).toEqual([
      `5: serviceProviders[1].attributes.displayName.name: is what eduPersonPrincipalName is called; ${would}`,
      `6: serviceProviders[1].attributes.sn.name: is what givenName is called; ${would}`,
      `7: serviceProviders[1].attributes.mail.name: is what subject-id is called; ${would}`,
      `17: serviceProviders[3].attributes.displayName.name: mail is called "${mail}" already`,
    ]);
  });

  test('names a key as openssl writes it, and a cipher', async () => {
    const key = `${'AB:'.repeat(31)}AB`;
    const [entry] = await loadServiceProviderSettings(
      await write(
        `version: 1\nserviceProviders: [{ entityId: 'https://a.example/', encryptionKey: '${key}', cipher: aes256-cbc }]\n`,
      ),
    );
    expect(entry).toMatchObject({ encryptionKey: 'ab'.repeat(32), cipher: 'aes256-cbc' });
  });

  test('attack: a cipher that nobody should use, and half a fingerprint', async () => {
    const text = `version: 1
serviceProviders:
  - entityId: 'https://a.example/'
    cipher: tripledes-cbc
    encryptionKey: abcdef
`;
    expect(await mistakesIn(text, loadServiceProviderSettings)).toEqual([
      '4: serviceProviders[1].cipher: must be one of aes128-gcm, aes256-gcm, aes128-cbc, aes256-cbc',
      '5: serviceProviders[1].encryptionKey: must be the SHA-256 of a certificate: 64 hexadecimal digits (gakumon metadata show lists them)',
    ]);
  });

  test('an encryption that is misspelt is a mistake, never "optional"', async () => {
    expect(
      await mistakesIn(
        `version: 1\nserviceProviders:\n  - { entityId: 'https://a.example/', encryption: require }\n`,
        loadServiceProviderSettings,
      ),
    ).toEqual(['3: serviceProviders[1].encryption: must be optional, required or never']);
  });
});

test('a bomb of aliases is told with its line, and does not go off', async () => {
  const lines = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => {
    return `  - &a${n} { name: r${n}, to: any, release: [${
      n === 0
        ? 'mail'
        : Array(10)
            .fill(`*a${n - 1}`)
            .join(', ')
    }] }`;
  });
  const text = `version: 1\nrules:\n${lines.join('\n')}\n`;
  for (const load of [loadReleaseRules, loadPeople, loadServiceProviderSettings]) {
    const found = await mistakesIn(text, load);
    expect(found[0]).toBe(' 4: *a0 is an alias; aliases are not taken here: write out what it stands for'.trim());
  }
});
