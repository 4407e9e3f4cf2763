import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { KnownPlace, KnownPlaces } from '@gakumon/mfa';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { type Clock, GakumonError, hours, isGakumonError, type Username } from '@gakumon/terms';

/** Of the sealed records; each is named by the person. */
export const placesKind = 'places';
/** Of browsers, and of networks. */
const mostOfEach = 20;
const forgottenAfter = hours(24 * 180);
/** Who comes every day writes once a day. */
const noteAgainAfter = hours(24);
/** Against so many other writers one may lose in a row. */
const mostTries = 10;

/** What is known, and when it was last seen, milliseconds. */
type Seen = readonly (readonly [name: string, at: number])[];
type Places = { readonly version: 1; readonly browsers: Seen; readonly networks: Seen };

const nowhere: Places = { version: 1, browsers: [], networks: [] };

/**
 * Where each person logs in from, as one sealed record. What cannot be opened counts as nothing known, so that more is
 * asked, and is written anew.
 */
export function createSealedPlaces(sealed: SealedRecords, keys: SealingKeys, clock: Clock): KnownPlaces {
  const read = async (username: Username) => {
    const record = await sealed.find(placesKind, username);
    return { revision: record?.revision, places: record === undefined ? nowhere : open(keys, record) };
  };
  return {
    async find(username, { browser, network }) {
      const { places } = await read(username);
      const now = clock();
      return { browser: knows(places.browsers, browser, now), network: knows(places.networks, network, now) };
    },
    async note(username, place, at) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const { revision, places } = await read(username);
        const next = placesWith(places, place, at);
        if (next === undefined) return;
        const record = sealAtRest(keys, placesKind, username, Buffer.from(JSON.stringify(next), 'utf8'));
        if (await sealed.replace(record, revision)) return;
      }
      throw new GakumonError('store-unavailable', { detail: `the places of ${username} are written all the time` });
    },
  };
}

/** The places with one more; undefined when both parts of it were noted within the last day. */
function placesWith(places: Places, { browser, network }: KnownPlace, at: number): Places | undefined {
  const isNoted = (list: Seen, name: string): boolean =>
    list.some(([other, seen]) => other === name && at - seen < noteAgainAfter);
  if (isNoted(places.browsers, browser) && isNoted(places.networks, network)) return undefined;
  return {
    version: 1,
    browsers: seenWith(places.browsers, browser, at),
    networks: seenWith(places.networks, network, at),
  };
}

/** The newest last. */
function seenWith(list: Seen, name: string, at: number): Seen {
  const others = list.filter(([other, seen]) => other !== name && at - seen < forgottenAfter);
  return [...others, [name, at] as const].slice(-mostOfEach);
}

function knows(list: Seen, name: string, now: number): boolean {
  return list.some(([other, seen]) => other === name && now - seen < forgottenAfter);
}

function open(keys: SealingKeys, record: SealedRecord): Places {
  try {
    const { version, browsers, networks } = JSON.parse(openAtRest(keys, record).toString('utf8')) as Places;
    // The next release may keep something else
    return version === 1 ? { version, browsers, networks } : nowhere;
  } catch (error) {
    if (isGakumonError(error)) return nowhere;
    throw error;
  }
}
