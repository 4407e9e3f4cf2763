import { type Config, parsePolicy } from '@gakumon/config';
import { expect, test } from '@jest/globals';
import { checkProxies } from './checkProxies.ts';

const campus = 'networks: { campus: { include: [10.0.0.0/8], exclude: [10.0.0.5] } }';
const baseUrl = 'https://idp.example.ac.jp';

type Given = { readonly baseUrl?: string; readonly host?: string; readonly trustedProxies?: readonly string[] };

function warnings(given: Given, yaml = campus): readonly string[] {
  const { host = '127.0.0.1', trustedProxies = [] } = given;
  const config = { idp: { baseUrl: given.baseUrl ?? baseUrl }, listen: { host, trustedProxies } } as unknown as Config;
  return checkProxies('policy.yaml', parsePolicy(`version: 1\n${yaml}`, 'policy.yaml'), config).map(
    ({ level, message }) => `${level} ${message}`,
  );
}

test('attack: whom a proxy hides is where the proxy is: there must be one, and none is named', () => {
  expect(warnings({})).toEqual([
    'warn policy.yaml: everybody seems to come from the proxy in front, and is in the networks that it is in',
  ]);
  expect(warnings({ trustedProxies: ['10.0.0.5/32'] })).toEqual([]);
  expect(warnings({ host: '192.0.2.1' })).toEqual([]);
  expect(warnings({ baseUrl: 'http://localhost:8080' })).toEqual([]);
  expect(warnings({}, 'rules: []')).toEqual([]);
});

test.each(['10.0.0.0/8', '10.0.0.4/30', '0.0.0.0/1', '10.1.2.3/32'])(
  'attack: in %s people of the campus may stand, and choose their address as a proxy would',
  (range) => {
    expect(warnings({ trustedProxies: [range] })).toEqual([
      expect.stringMatching(/^warn policy\.yaml: 10\.\d+\.\d+\.\d+ is in the network campus, and a proxy/),
    ]);
  },
);

test('proxies that stand in none of the networks, or are excluded from them, are nothing to tell', () => {
  expect(warnings({ trustedProxies: ['127.0.0.1/32', '192.0.2.0/24', '::1/128'] })).toEqual([]);
  expect(warnings({ trustedProxies: ['10.0.0.0/8'] }, 'rules: []')).toEqual([]);
});
