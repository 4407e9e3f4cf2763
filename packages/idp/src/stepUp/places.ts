import { createHmac } from 'node:crypto';
import {
  type AuthenticationFact,
  isAboutPlaces,
  type KnownPlace,
  listPlaceRequirements,
  meets,
  parseAddress,
  parseRange,
  type StepUpPolicy,
  writeAddress,
} from '@gakumon/mfa';
import { type Person, type Username, unknownAddress } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SealingKey } from '../seal/sealingKeys.ts';
import { knownBrowserOf } from '../session/browser.ts';
import type { KnownProofs } from '../session/findProofs.ts';
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
    // Of an address that nobody could tell, nothing says that it is the one of last time
    isNewNetwork: visitor.address === unknownAddress || !found.some(({ network }) => network),
    isNoted:
      found[sealingKeys.all.indexOf(sealingKeys.current)]?.browser === true && found.some(({ network }) => network),
  };
}

/** Whose login was completed, and what was proved for it. */
export type PlacedLogin = Pick<KnownProofs, 'attempt' | 'session'> & {
  readonly person: Pick<Person, 'username' | 'groups' | 'attributes'>;
};

/**
 * Notes where a login was completed, when a rule will ask, and enough was proved in this very login: a session may have
 * been carried there. What is known is noted at each login anew, since what is not seen for long is forgotten. Whoever is
 * not noted is only asked once more, so a store that is away spoils no answer that was given already.
 * @returns whether the person is known there
 */
export async function notePlace(
  { places, sealingKeys, clock, policy }: Pick<Idp, 'places' | 'sealingKeys' | 'clock' | 'policy'>,
  look: PlaceLook | undefined,
  visitor: Visitor,
  login: PlacedLogin,
): Promise<boolean> {
  if (look === undefined) return false;
  const isKnown = !look.isNewBrowser && !look.isNewNetwork;
  if (isKnown ? look.isNoted && login.attempt === undefined : !makesKnown(policy(), login, clock())) return isKnown;
  const { username } = login.person;
  await places.note(username, placeOf(sealingKeys.current, visitor), clock()).catch(() => undefined);
  return true;
}

/** Whether a login proved, there and then, all that a rule about new places could have asked for. */
function makesKnown(policy: StepUpPolicy, { person, attempt, session }: PlacedLogin, now: number): boolean {
  if (attempt === undefined) return false;
  const requirements = listPlaceRequirements(policy, { person, now });
  const own = session?.username === attempt.username ? session.facts.filter(isPassword) : [];
  // Of the session the password alone: that the second factor is at hand is shown where it is used
  const proved = { facts: [...own, ...attempt.facts], usedAt: [] };
  return requirements?.every((one) => meets(one, proved, now) !== undefined) ?? false;
}

const isPassword = ({ authenticator }: AuthenticationFact): boolean => authenticator === 'password';

/** Whether a rule is about new browsers or networks. */
function asksAboutPlaces({ rules }: StepUpPolicy): boolean {
  return rules.some(({ when }) => isAboutPlaces(when));
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
