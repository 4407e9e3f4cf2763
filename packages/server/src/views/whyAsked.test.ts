import type { StepUpReason } from '@gakumon/idp';
import { builtInRequirements, type NamedNetwork, type PolicyRule } from '@gakumon/mfa';
import { unknownAddress } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { explainWhy, type WhyContext } from './whyAsked.ts';

const network = (name: string, ja: string, en: string): NamedNetwork => ({
  name,
  include: [],
  exclude: [],
  text: { ja, en },
  wrongPasswords: undefined,
});
const networks = [network('campus', '学内', 'the campus network'), network('vpn', '大学の VPN', 'the VPN')];
const rule: PolicyRule = {
  name: 'outside-needs-mfa',
  when: { network: { is: [], not: ['campus'] } },
  require: builtInRequirements.mfa,
  from: undefined,
  until: undefined,
  announce: undefined,
  text: undefined,
};
const outside = { address: '192.0.2.7', inside: [], excluded: [] };
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1';

const explain = (reason: Partial<StepUpReason>, context: Partial<WhyContext> = {}) =>
  explainWhy(
    { contexts: [], rules: [rule], placement: outside, elsewhere: ['campus'], ...reason },
    { networks, service: 'Library', language: 'en', userAgent: 'Mozilla/5.0 (Windows NT 10.0)', ...context },
  );

describe('why somebody is asked', () => {
  test('names the side of the network, and where less is asked for', () => {
    expect(explain({})).toMatchObject({
      reasons: ['From outside the campus network, the password alone is not enough.'],
      place: 'You are connected from outside the campus network (your address is 192.0.2.7).',
      elsewhere: 'From the campus network, less is asked for.',
    });
  });

  test('says that nobody could tell where the person is', () => {
    const placement = { address: unknownAddress, inside: [], excluded: [] };
    const told = explain({ placement }, { userAgent: iphone });
    expect(told.place).toMatch(/^Your address did not reach us, so .* from the campus network\./);
    expect(told.hints).toEqual([]);
    expect(explain({ placement }, { language: 'ja' }).place).toMatch(/^接続元の IP アドレスがこちらに届かない/);
  });

  test('says it in the words of the rule where it has some', () => {
    const text = { ja: '2 月 3 日から必要です。', en: 'Needed since 3 February.' };
    expect(explain({ rules: [{ ...rule, text }] }, { language: 'ja' }).reasons).toEqual([text.ja]);
  });

  test('names the service when it is the one who asks', () => {
    const { reasons } = explain({ contexts: ['https://refeds.org/profile/mfa'], rules: [] });
    expect(reasons).toEqual([expect.stringContaining('“Library” has to be sure')]);
  });

  test('is never silent', () => {
    expect(explain({ rules: [], elsewhere: [] }, { networks: [] })).toEqual({
      reasons: ['Your university asks for more than a password here.'],
      place: undefined,
      elsewhere: undefined,
      hints: [],
    });
  });

  test('tells who stands on campus but does not count as being there', () => {
    const excluded = [{ network: 'campus', range: '10.0.0.0/8', by: '10.9.0.0/16' }];
    expect(explain({ placement: { ...outside, excluded } }).place).toMatch(
      /does not count as the campus network.*eduroam/,
    );
  });

  test('names the settings that hide an address, only where there are some and it would matter', () => {
    expect(explain({}, { userAgent: iphone }).hints).toHaveLength(2);
    expect(explain({}, { userAgent: iphone }).hints[0]).toContain('Hide IP Address');
    expect(explain({}).hints).toHaveLength(1);
    const inside = [{ network: 'campus', range: '10.0.0.0/8' }];
    expect(explain({ placement: { ...outside, inside } }, { userAgent: iphone }).hints).toEqual([]);
    expect(explain({ elsewhere: [] }, { userAgent: iphone }).hints).toEqual([]);
  });
});
