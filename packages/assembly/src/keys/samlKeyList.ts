import { GakumonError } from '@gakumon/terms';
import type { KeyUse } from '../keyPair.ts';

/**
 * Where a pair stands on its way. `next`: published, and decrypts; does not sign. `current`: signs. `former`: published
 * still, and decrypts. `retired`: not published any more; what is encrypted to it by old copies of our metadata opens.
 */
export type SamlKeyState = 'next' | 'current' | 'former' | 'retired';

/** A pair of the directory of keys. Files are names in it; times are milliseconds, undefined when nobody wrote them down. */
export type SamlKeyEntry = {
  readonly use: KeyUse;
  readonly state: SamlKeyState;
  readonly key: string;
  readonly certificate: string;
  /** Since when it is here. */
  readonly added?: number | undefined;
  /** Since when it is in our metadata, or in the federation's if the operator said so. */
  readonly published?: number | undefined;
  readonly activated?: number | undefined;
  readonly replaced?: number | undefined;
  readonly retired?: number | undefined;
};

export type SamlKeyList = readonly SamlKeyEntry[];

export const keyUses = ['signing', 'encryption'] as const;
const states: readonly unknown[] = ['next', 'current', 'former', 'retired'];
const times = ['added', 'published', 'activated', 'replaced', 'retired'] as const;
/** A name that leads nowhere else, and that no shell takes for an option. */
const fileName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const mostEntries = 100;

/** What holds while nobody ever changed a key. */
const firstPairs: SamlKeyList = keyUses.map((use) => ({
  use,
  state: 'current',
  key: `${use}.key`,
  certificate: `${use}.crt`,
}));

/**
 * Reads the list of pairs, `saml-keys.json`; an empty one means the pairs of the installation.
 * @param file what it is called in messages
 * @throws GakumonError `key-invalid`
 */
export function parseSamlKeyList(text: string, file: string): SamlKeyList {
  if (text.trim() === '') return firstPairs;
  const refuse = (what: string): never => {
    const hint = 'restore it from the backup, or copy it from another node; gakumon keys next|activate|retire write it';
    throw new GakumonError('key-invalid', { detail: `${file} ${what}`, hint });
  };
  const entries = listOf(text) ?? refuse('is not JSON of the form { "version": 1, "keys": [...] }');
  if (entries.length > mostEntries) refuse(`names more than ${mostEntries} keys`);
  const list = entries.map((entry, at) => toEntry(entry) ?? refuse(`is wrong at key ${at + 1}`));
  for (const use of keyUses) {
    const count = (state: SamlKeyState): number => list.filter((key) => key.use === use && key.state === state).length;
    if (count('current') !== 1) refuse(`must name one current ${use} key`);
    if (count('next') > 1) refuse(`names more than one next ${use} key`);
  }
  return list;
}

export function formatSamlKeyList(list: SamlKeyList): string {
  const keys = list.map((entry) => ({
    ...entry,
    ...Object.fromEntries(times.flatMap((name) => timeField(name, entry[name]))),
  }));
  return `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`;
}

const timeField = (name: string, at: number | undefined): [string, string][] =>
  at === undefined ? [] : [[name, new Date(at).toISOString()]];

function listOf(text: string): readonly unknown[] | undefined {
  try {
    const { version, keys } = JSON.parse(text) as { version?: unknown; keys?: unknown };
    return version === 1 && Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(value: unknown): SamlKeyEntry | undefined {
  const { use, state, key, certificate, ...rest } = (value ?? {}) as Record<string, unknown>;
  const isName = (name: unknown): name is string => typeof name === 'string' && fileName.test(name);
  if (!keyUses.some((one) => one === use) || !states.includes(state) || !isName(key) || !isName(certificate)) {
    return undefined;
  }
  const read = times.map((name) => [name, parseTime(rest[name])] as const);
  if (read.some(([, at]) => Number.isNaN(at))) return undefined;
  const known = Object.fromEntries(read.filter(([, at]) => at !== undefined));
  return { use: use as KeyUse, state: state as SamlKeyState, key, certificate, ...known };
}

function parseTime(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
