import { GakumonError, hours } from '@gakumon/terms';
import type { KeyUse } from '../keyPair.ts';
import type { SamlKeyEntry, SamlKeyList, SamlKeyState } from './samlKeyList.ts';

/** How long GakuNin has a new certificate published before it is used, so that every copy of the metadata has it. */
const propagation = hours(24 * 15);

/** From when a next pair may be used, milliseconds; undefined while nobody wrote down since when it is published. */
export function activationAllowedFrom({ published }: Pick<SamlKeyEntry, 'published'>): number | undefined {
  return published === undefined ? undefined : published + propagation;
}

export function findSamlKey(list: SamlKeyList, use: KeyUse, state: SamlKeyState): SamlKeyEntry | undefined {
  return list.find((entry) => entry.use === use && entry.state === state);
}

/**
 * Publishes a pair beside the current one.
 * @throws GakumonError `key-in-use` when another is waiting already
 */
export function addNextKey(list: SamlKeyList, pair: Omit<SamlKeyEntry, 'state'>): SamlKeyList {
  const waiting = findSamlKey(list, pair.use, 'next');
  if (waiting !== undefined) {
    throw new GakumonError('key-in-use', {
      detail: `a next ${pair.use} key is published already (${waiting.certificate})`,
      hint: `gakumon keys activate ${pair.use}; or take it back: gakumon keys retire ${pair.use} --next`,
    });
  }
  return [...list, { ...pair, state: 'next' }];
}

/**
 * Writes down since when the federation has the next pair in its metadata: the waiting time runs from then.
 * @throws GakumonError `usage-wrong` when there is none
 */
export function setPublished(list: SamlKeyList, use: KeyUse, at: number): SamlKeyList {
  const next = requireNext(list, use);
  // Nobody can have published what was not there; of the first day only the date may be said.
  const published = Math.max(at, next.added ?? at);
  return list.map((entry) => (entry === next ? { ...entry, published } : entry));
}

/**
 * Makes the next pair the current one; what was current stays published.
 * @param options.force although not every SP can have it yet
 * @throws GakumonError `usage-wrong` when there is none, `key-too-new` before the time
 */
export function activateNextKey(
  list: SamlKeyList,
  use: KeyUse,
  { now, force }: { readonly now: number; readonly force: boolean },
): SamlKeyList {
  const next = requireNext(list, use);
  const from = activationAllowedFrom(next);
  if (!force && (from === undefined || now < from)) throw tooNew(use, next.published, from);
  return list.map((entry) => {
    if (entry === next) return { ...entry, state: 'current', activated: now };
    return entry.use === use && entry.state === 'current' ? { ...entry, state: 'former', replaced: now } : entry;
  });
}

/**
 * Undoes an activation: the former pair is current again, and the current one waits as before.
 * @throws GakumonError `usage-wrong` when there is no former one, or another waits by now
 */
export function reactivateFormerKey(list: SamlKeyList, use: KeyUse, now: number): SamlKeyList {
  const former = list
    .filter((entry) => entry.use === use && entry.state === 'former')
    .reduce<SamlKeyEntry | undefined>(
      (last, entry) => ((last?.replaced ?? -1) > (entry.replaced ?? 0) ? last : entry),
      undefined,
    );
  if (former === undefined) throw new GakumonError('usage-wrong', { detail: `there is no former ${use} key` });
  if (findSamlKey(list, use, 'next') !== undefined) {
    const hint = `take it back first: gakumon keys retire ${use} --next`;
    throw new GakumonError('usage-wrong', { detail: `there is a next ${use} key already`, hint });
  }
  return list.map((entry) => {
    if (entry === former) return { ...entry, state: 'current', activated: now, replaced: undefined };
    const steps = entry.use === use && entry.state === 'current';
    return steps ? { ...entry, state: 'next', activated: undefined, published: entry.published ?? now } : entry;
  });
}

/**
 * Takes what is not needed any more out of our metadata: the former pairs, or the next one that is not to be used.
 * @throws GakumonError `usage-wrong` when there is none
 */
export function retireKeys(
  list: SamlKeyList,
  use: KeyUse,
  { state, now }: { readonly state: 'former' | 'next'; readonly now: number },
): SamlKeyList {
  if (findSamlKey(list, use, state) === undefined) {
    throw new GakumonError('usage-wrong', { detail: `there is no ${state} ${use} key to take out of the metadata` });
  }
  return list.map((entry) =>
    entry.use === use && entry.state === state ? { ...entry, state: 'retired', retired: now } : entry,
  );
}

function tooNew(use: KeyUse, published: number | undefined, from: number | undefined): GakumonError {
  const refused = 'services that do not have it yet refuse every login; --force does it all the same';
  if (published === undefined || from === undefined) {
    return new GakumonError('key-too-new', {
      detail: `nobody wrote down since when the next ${use} key is published`,
      hint: `gakumon keys published ${use} --on DATE writes it down; ${refused}`,
    });
  }
  return new GakumonError('key-too-new', {
    detail: `the next ${use} key is published since ${isoTime(published)}; it may be used from ${isoTime(from)}`,
    hint: `was it published earlier? gakumon keys published ${use} --on DATE; ${refused}`,
  });
}

function requireNext(list: SamlKeyList, use: KeyUse): SamlKeyEntry {
  const next = findSamlKey(list, use, 'next');
  if (next !== undefined) return next;
  const hint = `gakumon keys next ${use} makes one and publishes it`;
  throw new GakumonError('usage-wrong', { detail: `there is no next ${use} key`, hint });
}

const isoTime = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
