import { builtInContexts, defaultPolicy, placeAddress } from '@gakumon/mfa';
import { authnContexts, hours, isGakumonError, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from './index.ts';

const parse = (...lines: string[]) => parsePolicy(['version: 1', ...lines, ''].join('\n'), 'policy.yaml');

function mistakes(...lines: string[]): string[] {
  try {
    parse(...lines);
  } catch (error) {
    if (!isGakumonError(error) || error.code !== 'document-invalid') throw error;
    return (error.detail ?? '').split('\n').map((line) => line.replace('policy.yaml:', ''));
  }
  return [];
}

const campus = 'networks: { campus: { include: [10.0.0.0/8, 2001:db8::/32], exclude: [10.9.0.0/16] } }';
const rules = (...entries: string[]) => ['rules:', ...entries.map((entry) => `  - { ${entry} }`)];

describe('policy.yaml', () => {
  test('that says nothing is what holds without one', () => {
    expect(parse()).toEqual(defaultPolicy);
    expect(parse('networks:', 'requirements:', 'rules:', 'enrolment:', 'contexts:', 'webauthn:')).toEqual(
      defaultPolicy,
    );
  });

  test('as the contract writes it', () => {
    const policy = parse(
      campus,
      ...rules('name: outside-needs-mfa, when: { network: { not: campus } }, require: mfa, from: 2024-02-03'),
    );
    expect(policy.networks).toEqual([
      {
        name: 'campus',
        include: ['10.0.0.0/8', '2001:db8::/32'],
        exclude: ['10.9.0.0/16'],
        text: undefined,
        wrongPasswords: undefined,
      },
    ]);
    expect(policy.rules).toMatchObject([
      {
        name: 'outside-needs-mfa',
        when: { network: { is: [], not: ['campus'] } },
        require: { name: 'mfa' },
        from: Date.parse('2024-02-02T15:00:00Z'),
        until: undefined,
      },
    ]);
  });

  test('conditions take one text or several', () => {
    const [first, second] = parse(
      campus,
      'requirements: { strict: { any: [[passkey], [password, unshared-totp]], within: PT30M, idle: PT10M } }',
      'rules:',
      '  - name: a',
      '    require: strict',
      '    when: { network: campus, group: staff, notGroup: [x, y], attribute: { affiliation: faculty }, olderThan: PT4H }',
      '  - name: b',
      '    require: mfa',
      '    when:',
      '      network: { is: [campus] }',
      '      service: { entityId: https://a.example.org, category: [x], requestedAttribute: mail }',
      '      context: https://refeds.org/profile/mfa',
      '      newBrowser: true',
    ).rules;
    expect(first).toMatchObject({
      when: {
        network: { is: ['campus'], not: [] },
        group: ['staff'],
        notGroup: ['x', 'y'],
        attribute: { affiliation: ['faculty'] },
        olderThan: hours(4),
      },
      require: {
        name: 'strict',
        combinations: [
          [{ authenticator: 'webauthn', with: ['user-verified'] }],
          [{ authenticator: 'password' }, { authenticator: 'totp', without: ['shared'] }],
        ],
        maxAge: minutes(30),
        maxIdle: minutes(10),
      },
    });
    expect(second?.when).toMatchObject({
      service: { entityIds: ['https://a.example.org'], categories: ['x'], requestedAttributes: ['mail'] },
      context: [authnContexts.refedsMfa],
      newBrowser: true,
    });
  });

  test('every mistake at once, with its line', () => {
    expect(
      mistakes(
        'networks:',
        '  campus: { include: [10.0.0.1/8, 0.0.0.0/0] }',
        'requirements: { mfa: { any: [[passkey]] }, x: { any: [[totp, unshared-totp], [sms]] } }',
        ...rules(
          'name: a, when: { network: campsu }, require: mfaa',
          'name: a, when: { network: { off: campus } }, require: mfa, from: 2024-02-30',
          'name: c, when: { service: {}, group: [] }, require: mfa, announce: P3D',
          'name: d, when: { service: { requestedAttribute: Mail } }, require: mfa, colour: red',
        ),
      ),
    ).toEqual([
      '3: networks.campus.include[1]: has bits set behind its length; perhaps 10.0.0.0/8 is meant',
      '3: networks.campus.include[2]: must be a network such as 10.0.0.0/8 or 2001:db8::/32, and not everybody',
      '4: requirements.x.any[1][2]: totp stands twice in one combination',
      '4: requirements.x.any[2][1]: must be one of password, totp, unshared-totp, webauthn, passkey, device-passkey',
      '4: requirements.mfa: is built in; give yours another name',
      '6: rules[1].when.network: no network is called "campsu"; known: campus',
      '6: rules[1].require: no requirement is called "mfaa"; known: password, mfa, phishing-resistant, x',
      '7: rules[2].when.network.off: unknown key (known here: is, not)',
      '7: rules[2].when.network: must name networks under is or not',
      '7: rules[2].from: "2024-02-30" is no day such as 2024-02-03, and no time such as 2024-02-03T09:00:00+09:00',
      '7: rules[2].name: another item has the name "a" already',
      '8: rules[3].when.group: is empty',
      '8: rules[3].when.service: must name entityId, category or requestedAttribute',
      '8: rules[3].announce: needs from: the time that is announced',
      '9: rules[4].when.service.requestedAttribute: no attribute is called "Mail"; perhaps mail',
      expect.stringMatching(/^9: rules\[4\]\.colour: unknown key/),
    ]);
  });

  test('what contradicts itself or has no effect is refused with its line', () => {
    expect(
      mistakes(
        campus,
        ...rules(
          'name: a, require: mfa, when: { network: { is: campus, not: campus } }',
          'name: b, require: mfa, from: 2024-02-03, until: 2024-02-03',
          'name: c, require: mfa',
          'name: d, require: password, when: { group: x }',
        ),
      ),
    ).toEqual([
      '4: rules[1].when.network: no address is both where it has to be and not where it must not be',
      '5: rules[2].until: is not after 2024-02-03T00:00+09:00, when it begins',
      '7: rules[4]: d adds nothing: c asks for as much wherever it matches',
    ]);
    expect(mistakes('offered: []', ...rules('name: a, require: mfa'))).toEqual([
      '4: rules[1].require: nobody can meet mfa: nothing is offered',
    ]);
  });
});

describe('the classes that may be asserted', () => {
  const uris = (...lines: string[]) => parse(...lines).contexts.map(({ uri }) => uri);

  test('as built in; attack: nobody claims AAL2 without being certified', () => {
    expect(uris()).toEqual(builtInContexts.map(({ uri }) => uri));
    expect(uris()).not.toContain(authnContexts.gakuninAal2);
    expect(mistakes('contexts: { aal2: { certified: false } }')).toHaveLength(1);
    expect(mistakes('contexts: { aal2: { } }')).toHaveLength(1);
    expect(mistakes(`contexts: { custom: [ { uri: ${authnContexts.gakuninAal2}, any: [[password]] } ] }`)).toEqual([
      '2: contexts.custom[1].uri: is declared under aal2',
    ]);
  });
  test('attack: the limits of AAL2 are not stretched', () => {
    expect(mistakes('contexts:', '  aal2: { certified: true, within: PT13H, idle: PT31M }')).toEqual([
      '3: contexts.aal2.within: may be 12 hours at most',
      '3: contexts.aal2.idle: may be 30 minutes at most',
    ]);
  });
  test('a well-known class means what it means, and is not made easier', () => {
    expect(mistakes(`contexts: { custom: [ { uri: ${authnContexts.refedsMfa}, any: [[password]] } ] }`)).toHaveLength(
      1,
    );
    expect(mistakes(`contexts: { phishingResistant: { uri: ${authnContexts.refedsMfa} } }`)).toHaveLength(1);
  });
  test('added, taken away and put in order', () => {
    const level2 = 'urn:mace:gakunin.jp:idprivacy:ac:classes:Level2';
    const found = uris(
      'contexts:',
      '  sfa: false',
      '  aal2: { certified: true }',
      '  phishingResistant: { uri: urn:example:pr }',
      `  custom: [ { uri: '${level2}', any: [[password, totp]], within: PT1H, strength: 30 } ]`,
      `  order: [${authnContexts.refedsMfa}, '${level2}']`,
    );
    expect(found.slice(0, 2)).toEqual([authnContexts.refedsMfa, level2]);
    expect(found).not.toContain(authnContexts.refedsSfa);
    expect(found).toEqual(expect.arrayContaining([authnContexts.gakuninAal2, 'urn:example:pr']));
    expect(mistakes('contexts:', '  order: [urn:x]')).toEqual(['3: contexts.order[1]: urn:x is not asserted here']);
  });
});

describe('attack: what is passed over would let somebody in', () => {
  const campusWithout = (cidr: string) => `networks: { campus: { include: [10.0.0.0/8], exclude: ['${cidr}'] } }`;

  test.each(['::ffff:10.9.0.0/16', '::ffff:10.9.0.0/95', '::FFFF:a09:0/8'])('the exclusion %s is refused', (cidr) => {
    expect(mistakes(campusWithout(cidr))).toEqual([
      '2: networks.campus.exclude[1]: is IPv4 in IPv6, whose lengths begin at /97; write it as IPv4, such as 10.9.0.0/16',
    ]);
  });
  test.each(['::/64', '::/1', '10.9.0.0/', '10.9.0.0/016', '10.9.0.0/1e1', '10.9.0.0/16/2', 'fe80::%eth0/64'])(
    'and so is %s',
    (cidr) => {
      expect(mistakes(campusWithout(cidr))).toEqual([
        '2: networks.campus.exclude[1]: must be a network such as 10.0.0.0/8 or 2001:db8::/32, and not everybody',
      ]);
    },
  );
  test.each([
    ['::ffff:10.9.0.0/112', '10.9.0.0/16'],
    ['::ffff:a09:0/112', '10.9.0.0/16'],
    ['::FFFF:10.9.0.7', '10.9.0.7/32'],
  ])('%s means %s', (written, meant) => {
    const { networks } = parse(campusWithout(written));
    expect(networks[0]?.exclude).toEqual([meant]);
    expect(placeAddress(networks, '10.9.0.7').inside).toEqual([]);
    expect(placeAddress(networks, '::ffff:10.9.0.7').inside).toEqual([]);
  });
  test('nor is an empty condition, which would be met by everybody', () => {
    expect(mistakes(...rules('name: a, when: { attribute: {} }, require: mfa'))).toEqual([
      '3: rules[1].when.attribute: must name an attribute and its values',
    ]);
    const enrolment = (when: string) =>
      mistakes(campus, `enrolment: [{ name: e, when: ${when} }]`).map((line) => line.replace(/^.*when/, ''));
    expect(enrolment('{ attribute: {} }')).toEqual(['.attribute: must name an attribute and its values']);
    expect(enrolment('{ network: {} }')).toEqual(['.network: must name networks under is or not']);
    expect(enrolment('{ network: { not: [] } }')).toEqual(['.network.not: is empty']);
    expect(enrolment('{ group: [] }')).toEqual(['.group: is empty']);
  });
});
