import { builtInRequirements, defaultPolicy, type KnownPlace, type StepUpPolicy } from '@gakumon/mfa';
import type { BrowserId, Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { makeSealingKeys } from '../seal/sealingKeys.ts';
import { lookAtPlace, notePlace } from './places.ts';

const username = 's1234567' as Username;
const whose = { username, isLogin: false };
const keys = (...fills: number[]) => makeSealingKeys(fills.map((fill) => new Uint8Array(32).fill(fill)));
const at = (address: string, browser = 'browser-1') => ({ browser: browser as BrowserId, session: undefined, address });
const asking: StepUpPolicy = {
  ...defaultPolicy,
  rules: [
    {
      name: 'new',
      when: { newBrowser: true },
      require: builtInRequirements.mfa,
      from: undefined,
      until: undefined,
      announce: undefined,
      text: undefined,
    },
  ],
};

/** Remembers whatever is noted, and counts how often it is asked. */
function makePlaces() {
  const noted: KnownPlace[] = [];
  const asked: KnownPlace[] = [];
  const find = async (_username: Username, place: KnownPlace) => {
    asked.push(place);
    return {
      browser: noted.some(({ browser }) => browser === place.browser),
      network: noted.some(({ network }) => network === place.network),
    };
  };
  const note = async (_username: Username, place: KnownPlace) => void noted.push(place);
  return { noted, asked, idp: { places: { find, note }, sealingKeys: keys(1), clock: () => 1 } };
}

test('nothing is looked up where no rule asks', async () => {
  const { idp, asked } = makePlaces();
  expect(await lookAtPlace(idp, defaultPolicy, at('192.0.2.1'), username)).toBeUndefined();
  await notePlace(idp, undefined, at('192.0.2.1'), whose);
  expect(asked).toEqual([]);
});
test.each([
  ['192.0.2.7', '192.0.2.200', '192.0.3.7', '192.0.2.0/24'],
  ['2001:db8:1:2::1', '2001:db8:1:ffff::9', '2001:db8:2:2::1', '2001:db8:1::/48'],
  ['::ffff:192.0.2.7', '192.0.2.8', '::192.0.2.7', '192.0.2.0/24'],
])('%s and %s are one network, %s is another', async (address, near, far, network) => {
  const { idp, noted } = makePlaces();
  await notePlace(idp, await lookAtPlace(idp, asking, at(address), username), at(address), whose);
  expect(noted).toMatchObject([{ network }]);
  expect(await lookAtPlace(idp, asking, at(near), username)).toMatchObject({
    isNewBrowser: false,
    isNewNetwork: false,
  });
  expect(await lookAtPlace(idp, asking, at(far, 'b'), username)).toMatchObject({
    isNewBrowser: true,
    isNewNetwork: true,
  });
});
test('a browser stays known when the sealing key changes, and is noted once more under the new one', async () => {
  const { idp, noted } = makePlaces();
  const look = await lookAtPlace(idp, asking, at('192.0.2.1'), username);
  await notePlace(idp, look, at('192.0.2.1'), whose);
  const rotated = { ...idp, sealingKeys: keys(2, 1) };
  const after = await lookAtPlace(rotated, asking, at('192.0.2.1'), username);
  expect(after).toMatchObject({ isNewBrowser: false });
  await notePlace(rotated, after, at('192.0.2.1'), whose);
  const gone = { ...idp, sealingKeys: keys(2) };
  expect(await lookAtPlace(gone, asking, at('192.0.2.1'), username)).toMatchObject({ isNewBrowser: false });
  expect(noted).toHaveLength(2);
});
test('a login is noted again, since what is not seen for long is forgotten', async () => {
  const { idp, noted } = makePlaces();
  for (const isLogin of [false, false, true]) {
    await notePlace(idp, await lookAtPlace(idp, asking, at('192.0.2.1'), username), at('192.0.2.1'), {
      username,
      isLogin,
    });
  }
  expect(noted).toHaveLength(2);
});
test('a store that is away spoils nothing that was answered', async () => {
  const { idp } = makePlaces();
  const note = async (): Promise<never> => {
    throw new Error('away');
  };
  const broken = { ...idp, places: { ...idp.places, note } };
  await notePlace(broken, { isNewBrowser: true, isNewNetwork: true, isNoted: false }, at('192.0.2.1'), whose);
});
