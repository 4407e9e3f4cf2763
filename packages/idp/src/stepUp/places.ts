import { createHmac } from 'node:crypto';
import { type KnownPlace, parseAddress, parseRange, type StepUpPolicy, writeAddress } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SealingKey } from '../seal/sealingKeys.ts';
import { knownBrowserOf } from '../session/browser.ts';
import type { Visitor } from '../types.ts';

/** How a browser and a network look to the person who logs in there. */
export type PlaceLook = {
  readonly isNewBrowser: boolean;
  readonly isNewNetwork: boolean;
  /** Whether both are written down as they are named now. */
  readonly isNoted: boolean;
};

/**
 * Looks up whether a person has completed a login in this browser, and from this network; only where a rule asks, since it
 * costs a read of the records.
 * @returns undefined when no rule asks
 * @throws GakumonError `store-unavailable`
 */
export async function lookAtPlace(
  { places, sealingKeys }: Pick<Idp, 'places' | 'sealingKeys'>,
  policy: StepUpPolicy,
  visitor: Visitor,
  username: Username,
): Promise<PlaceLook | undefined> {
  if (!asksAboutPlaces(policy)) return undefined;
  // What an older key named is known too: else everything would be new after a rotation
  const found = await Promise.all(sealingKeys.all.map((key) => places.find(username, placeOf(key, visitor))));
  return {
    isNewBrowser: !found.some(({ browser }) => browser),
    isNewNetwork: !found.some(({ network }) => network),
    isNoted:
      found[sealingKeys.all.indexOf(sealingKeys.current)]?.browser === true && found.some(({ network }) => network),
  };
}

/**
 * Notes where a login was completed, when a rule will ask: each login anew, since what is not seen for long is forgotten; with a
 * session only what is new. Whoever is not noted is only asked once more, so a store that is
 * away spoils no answer that was given already.
 */
export async function notePlace(
  { places, sealingKeys, clock }: Pick<Idp, 'places' | 'sealingKeys' | 'clock'>,
  look: PlaceLook | undefined,
  visitor: Visitor,
  { username, isLogin }: { readonly username: Username; readonly isLogin: boolean },
): Promise<void> {
  if (look === undefined || (look.isNoted && !isLogin)) return;
  await places.note(username, placeOf(sealingKeys.current, visitor), clock()).catch(() => undefined);
}

/** Whether a rule is about new browsers or networks. */
export function asksAboutPlaces({ rules }: StepUpPolicy): boolean {
  return rules.some(({ when }) => when.newBrowser !== undefined || when.newNetwork !== undefined);
}

function placeOf(key: SealingKey, { browser, knownBrowser = knownBrowserOf(browser), address }: Visitor): KnownPlace {
  return { browser: nameOf(key, knownBrowser), network: networkAround(address) };
}

/** Under a secret key, so that a copy of the records names no cookie. */
function nameOf({ knownPlace }: SealingKey, browser: string): string {
  return createHmac('sha256', knownPlace).update(browser).digest('base64url');
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one: about one site. */
function networkAround(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  const length = parsed.family === 4 ? 24 : 48;
  const range = parseRange(`${writeAddress(parsed)}/${length}`);
  return range === undefined ? address : `${writeAddress({ family: range.family, value: range.first })}/${length}`;
}
