import { hours, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { builtInRequirements } from '../assurance/requirement.ts';
import { explainWould } from './explainWould.ts';
import { placeAddress } from './placeAddress.ts';
import { addresses, networks, now, offCampus, policyOf, question, rule } from './testing/policy.ts';

const { password, 'phishing-resistant': resistant } = builtInRequirements;
const day = hours(24);
const inLab = { network: { is: ['lab'], not: [] } };
const policy = policyOf([
  rule('outside', { when: offCampus }),
  rule('lab', { when: inLab, require: password }),
  rule('soon', { when: offCampus, require: resistant, from: now + day, until: now + 2 * day }),
  rule('past', { until: now }),
]);

function would(address: string) {
  return explainWould(policy, question({ address })).map(({ if: condition, verdict, changes }) => ({
    if: condition,
    requires: verdict.requirements.map(({ name }) => name),
    changes,
  }));
}

describe('what would change if', () => {
  test('the other side of each network, as near as can be, and each time to come', () => {
    expect(would(addresses.wired)).toEqual([
      { if: 'outside campus, such as 203.0.113.1', requires: ['mfa'], changes: true },
      { if: 'in lab, such as 10.5.0.1', requires: ['password'], changes: true },
      { if: 'from 2024-02-11T12:00+09:00: soon begins', requires: [], changes: false },
      { if: 'from 2024-02-12T12:00+09:00: soon ends', requires: [], changes: false },
    ]);
    expect(would(addresses.home)[2]).toEqual({
      if: 'from 2024-02-11T12:00+09:00: soon begins',
      requires: ['phishing-resistant', 'mfa'],
      changes: true,
    });
  });
  test('in the laboratory, outside of it is still on campus', () => {
    expect(would(addresses.lab)[1]?.if).toMatch(/^outside lab, such as 10\./);
  });
  test('every example is where it is said to be', () => {
    for (const address of Object.values(addresses)) {
      for (const { if: condition, question: asked } of explainWould(policy, question({ address }))) {
        const [, side, name] = /^(in|outside) (\w+),/.exec(condition) ?? [];
        if (name === undefined) continue;
        const isInside = placeAddress(networks, asked.address).inside.some(({ network }) => network === name);
        expect(isInside).toBe(side === 'in');
      }
    }
  });
  test('at another time the login is as old as it is', () => {
    const age = minutes(7);
    const [later] = explainWould(policy, question({ firstProofAt: now - age })).slice(2);
    expect(later?.question).toMatchObject({ now: now + day, firstProofAt: now + day - age });
  });
});
