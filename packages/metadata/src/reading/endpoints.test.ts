import { bindings, ns } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { hostileAddresses, readMadeSp } from './testing/readMade.ts';

const artifact = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact';
const at = (name: string): string => `https://sp.example.org/${name}`;

describe('AssertionConsumerServices of other bindings', () => {
  const { read, warnings } = readMadeSp({
    role: `<md:AssertionConsumerService Binding="${artifact}" Location="${at('artifact')}" index="1" isDefault="true"/>
      <md:AssertionConsumerService Binding="${bindings.postSimpleSign}" Location="${at('simple')}" index="70000"/>`,
  });

  test('are kept apart, and are no default for an answer by HTTP-POST, whatever they are marked with', () => {
    expect(read.assertionConsumerServices).toEqual([{ index: 1, location: at('acs'), isDefault: true }]);
    expect(read.otherAssertionConsumerServices).toEqual([
      { binding: artifact, location: at('artifact'), responseLocation: undefined, index: 1, isDefault: true },
      {
        binding: bindings.postSimpleSign,
        location: at('simple'),
        responseLocation: undefined,
        index: undefined,
        isDefault: false,
      },
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('SingleLogoutServices', () => {
  test('of every binding are told, with where answers go', () => {
    const { read } = readMadeSp({
      role: `<md:SingleLogoutService Binding=" ${bindings.soap} " Location="${at('soap')}"/>
        <md:SingleLogoutService Binding="${bindings.redirect}" Location="${at('slo')}" ResponseLocation="${at('done')}"/>`,
    });
    expect(read.singleLogoutServices).toEqual([
      { binding: bindings.soap, location: at('soap'), responseLocation: undefined },
      { binding: bindings.redirect, location: at('slo'), responseLocation: at('done') },
    ]);
  });

  test.each([
    ['without a Binding', `Location="${at('slo')}"`, 'has no Binding'],
    ['with a Binding of two words', `Binding="a b" Location="${at('slo')}"`, 'more than one word'],
    ['without a Location', `Binding="${bindings.soap}"`, 'is refused'],
    [
      'with a hostile ResponseLocation',
      `Binding="${bindings.soap}" Location="${at('slo')}" ResponseLocation="javascript:x"`,
      'is refused',
    ],
  ])('%s are left out with a warning', (_, attributes, warning) => {
    const { read, warnings } = readMadeSp({ role: `<md:SingleLogoutService ${attributes}/>` });
    expect(read.singleLogoutServices).toEqual([]);
    expect(warnings[0]).toContain(warning);
  });

  test.each([...hostileAddresses, 'https://sp.example.org/#x'])('at %s are left out with a warning', (address) => {
    const { read, warnings } = readMadeSp({
      role: `<md:SingleLogoutService Binding="${bindings.redirect}" Location="${address}"/>`,
    });
    expect(read.singleLogoutServices).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test('of another namespace are none', () => {
    const { read } = readMadeSp({
      role: `<mdui:SingleLogoutService Binding="${bindings.soap}" Location="${at('slo')}"/>`,
    });
    expect(read.singleLogoutServices).toEqual([]);
  });
});

describe('where a login starts, and where a discovery service sends people', () => {
  test('every RequestInitiator is told; the first is the one to use', () => {
    const initiator = (location: string, binding: string = ns.init): string =>
      `<init:RequestInitiator Binding="${binding}" Location="${location}"/>`;
    const { read, warnings } = readMadeSp({
      roleExtensions: `${initiator('javascript:x')}${initiator(at('other'), 'urn:other')}${initiator(at('a'))}${initiator(at('b'))}`,
    });
    expect(read.requestInitiators).toEqual([at('a'), at('b')]);
    expect(read.requestInitiator).toBe(at('a'));
    expect(warnings).toEqual([expect.stringContaining('"javascript:x" is refused')]);
  });

  test('DiscoveryResponses have an index and one default, though two are marked and two have one index', () => {
    const response = (location: string, attributes: string, binding: string = ns.idpdisc): string =>
      `<idpdisc:DiscoveryResponse Binding="${binding}" Location="${location}" ${attributes}/>`;
    const { read, warnings } = readMadeSp({
      roleExtensions: [
        response(at('other'), 'index="9" isDefault="true"', 'urn:other'),
        response('data:x', 'index="0" isDefault="true"'),
        response(at('a'), 'index="1"'),
        response(at('b'), 'index="1" isDefault="true"'),
        response(at('c'), 'index="-1" isDefault="true"'),
      ].join(''),
    });
    expect(read.discoveryResponses).toEqual([
      { index: 1, location: at('a'), isDefault: false },
      { index: 1, location: at('b'), isDefault: true },
      { index: 2, location: at('c'), isDefault: false },
    ]);
    expect(warnings).toEqual([
      expect.stringContaining('is refused'),
      'DiscoveryResponse has no proper index',
      'index 1 is used twice',
    ]);
  });
});
