import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  decideNameIdFormat,
  findNameIdFormat,
  judgeNameIdFormats,
  nameIdFormatNames,
  requestedNameIdFormat,
} from './nameIdFormat.ts';
import type { ReleaseRule } from './releaseRules.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { exampleContext, exampleServiceProvider, student } from './testing/examples.ts';

const { transient, persistent, emailAddress, unspecified, entity } = nameIdFormats;

describe('decideNameIdFormat', () => {
  const all = [transient, persistent, emailAddress];
  test.each([
    // requested, metadata, permitted, decided
    [undefined, [], all, transient],
    [undefined, [persistent, transient], all, persistent],
    [undefined, [emailAddress, persistent], [transient, persistent], persistent],
    [undefined, [entity, unspecified, emailAddress], all, emailAddress],
    [undefined, [persistent], [transient], transient],
    [unspecified, [persistent], all, persistent],
    [unspecified, [persistent], [transient], transient],
    [transient, [persistent], all, transient],
    [persistent, [transient], all, persistent],
    [emailAddress, [], all, emailAddress],
  ])('%s asked, %j in the metadata, %j permitted: %s (%#)', (requested, metadataFormats, permitted, decided) => {
    expect(decideNameIdFormat({ requested, metadataFormats, permitted, denied: [] })).toBe(decided);
  });

  test.each([persistent, emailAddress, entity, '', 'persistent', '<b>', `${transient} `])(
    'attack: asking for %j where only the transient one is permitted',
    (requested) => {
      const metadataFormats = [persistent, emailAddress, requested];
      for (const denied of [[], [persistent, emailAddress]]) {
        const asked = { requested, metadataFormats, permitted: [transient], denied };
        expect(() => decideNameIdFormat(asked)).toThrow(expect.objectContaining({ code: 'name-id-policy' }));
      }
    },
  );

  test.each([
    [[persistent, emailAddress], transient],
    [[emailAddress, persistent], emailAddress],
    [[entity, persistent, transient, emailAddress], transient],
    [[], transient],
  ])('attack: a denied persistent one is not followed by the mail address, where %j is liked: %s', (liked, decided) => {
    const judged = { permitted: [transient, emailAddress], denied: [persistent] };
    expect(decideNameIdFormat({ requested: undefined, metadataFormats: liked, ...judged })).toBe(decided);
    expect(decideNameIdFormat({ requested: emailAddress, metadataFormats: liked, ...judged })).toBe(emailAddress);
  });
});

test('unspecified equals absent, and nothing else does', () => {
  expect([undefined, unspecified, transient, ''].map(requestedNameIdFormat)).toEqual([
    undefined,
    undefined,
    transient,
    '',
  ]);
});

describe('judgeNameIdFormats', () => {
  const recipient = {
    serviceProvider: exampleServiceProvider(),
    groups: ['staff'],
    attributeConsumingServiceIndex: undefined,
  };
  const rule = (changes: Partial<ReleaseRule>): ReleaseRule => ({
    name: 'a rule',
    to: 'any',
    release: [],
    deny: [],
    ...changes,
  });
  const permitted = (...rules: ReleaseRule[]) => judgeNameIdFormats(recipient, rules, []).permitted;

  test('is the transient one alone without a rule, whatever attributes a rule releases', () => {
    expect(permitted()).toEqual([transient]);
    expect(permitted(rule({ release: 'all' }))).toEqual([transient]);
  });

  test('unites what the rules that match permit', () => {
    const rules = [
      rule({ nameId: [persistent, transient] }),
      rule({ to: { group: 'staff' }, nameId: [emailAddress, persistent] }),
    ];
    expect(permitted(...rules)).toEqual([transient, persistent, emailAddress]);
  });

  test('attack: what is permitted to another SP, or about other people, is not permitted here', () => {
    const rules = [
      rule({ to: { entityId: 'https://other.example.org/sp' }, nameId: [persistent] }),
      rule({ to: { group: 'students' }, nameId: [emailAddress] }),
      rule({ to: { nonsense: 'x' } as never, nameId: [persistent] }),
    ];
    expect(permitted(...rules)).toEqual([transient]);
  });

  test.each([
    ['mail', [transient, persistent]],
    ['eduPersonTargetedID', [transient, emailAddress]],
    ['pairwise-id', [transient, emailAddress]],
    ['eduPersonPrincipalName', [transient, persistent, emailAddress]],
  ])('a deny of %s wins over every permission', (attribute, left) => {
    const both = rule({ nameId: [persistent, emailAddress] });
    expect(permitted(both, rule({ deny: [attribute] }))).toEqual(left);
    expect(permitted(both, rule({ to: { nonsense: 'x' } as never, deny: [attribute] }))).toEqual(left);
    expect(permitted(both, rule({ to: { group: 'students' }, deny: [attribute] }))).toHaveLength(3);
  });

  test('what cannot be made is neither permitted nor denied, and what no rule permits is not denied', () => {
    const rules = [rule({ nameId: [persistent, emailAddress] }), rule({ deny: ['mail', 'pairwise-id'] })];
    expect(judgeNameIdFormats(recipient, rules, [])).toEqual({
      permitted: [transient],
      denied: [persistent, emailAddress],
    });
    const canMake = (format: string) => format !== persistent;
    expect(judgeNameIdFormats(recipient, rules, [], canMake).denied).toEqual([emailAddress]);
    expect(judgeNameIdFormats(recipient, rules.slice(1), []).denied).toEqual([]);
  });
});

describe('a deny by value', () => {
  const both: ReleaseRule = { name: 'both', to: 'any', release: [], deny: [], nameId: [persistent, emailAddress] };
  const { resolved } = resolveAttributes(student, exampleContext());
  const recipient = {
    serviceProvider: exampleServiceProvider(),
    groups: [],
    attributeConsumingServiceIndex: undefined,
  };
  const permitted = (deny: ReleaseRule['deny'], known: Parameters<typeof judgeNameIdFormats>[2] = resolved) =>
    judgeNameIdFormats(recipient, [both, { ...both, nameId: [], deny }], known).permitted;

  test.each<[ReleaseRule['deny'][number], string[]]>([
    [{ attribute: 'mail', values: ['taro@example.ac.jp'] }, [transient, persistent, emailAddress]],
    [{ attribute: 'mail', values: ['Hanako@EXAMPLE.ac.jp'] }, [transient, persistent]],
    [{ attribute: 'mail', matching: '.*@example[.]ac[.]jp' }, [transient, persistent]],
    [{ attribute: 'mail', matching: 'hanako' }, [transient, persistent, emailAddress]],
    [{ attribute: 'mail', value: 'x' } as never, [transient, persistent]],
    [{ attribute: 'mail', matching: '(' }, [transient, persistent]],
    [{ attribute: 'eduPersonTargetedID', values: ['x'] }, [transient, emailAddress]],
    [{ attribute: 'pairwise-id', matching: 'x' }, [transient, emailAddress]],
  ])('%j', (item, left) => {
    expect(permitted([item])).toEqual(left);
  });

  test('where no address is known, none is denied, and none can be made', () => {
    expect(permitted([{ attribute: 'mail', values: ['hanako@example.ac.jp'] }], [])).toContain(emailAddress);
    expect(permitted(['mail'], [])).not.toContain(emailAddress);
  });
});

describe('findNameIdFormat', () => {
  test('knows the short names and the URIs of what is made', () => {
    expect(nameIdFormatNames.map(findNameIdFormat)).toEqual([transient, persistent, emailAddress]);
    expect([transient, persistent, emailAddress].map(findNameIdFormat)).toEqual([transient, persistent, emailAddress]);
  });

  test.each(['email', 'Persistent', unspecified, entity, 'urn:example:x', '', 'constructor'])(
    '%j is none',
    (written) => {
      expect(findNameIdFormat(written)).toBeUndefined();
    },
  );
});
