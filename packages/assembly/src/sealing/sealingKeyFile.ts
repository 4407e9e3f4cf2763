import { makeSealingKeys } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';

const fewestOctets = 32;

/** What is known of a key's past; milliseconds. */
export type KeyDates = {
  readonly added?: number | undefined;
  /** Since when it seals. */
  readonly used?: number | undefined;
  /** Since when it no longer does. */
  readonly replaced?: number | undefined;
};

/** One key of the file of the sealing keys. */
export type SealingKeyEntry = KeyDates & {
  /** Base64, as it is written. */
  readonly text: string;
  readonly secret: Uint8Array;
  /** Eight hex digits, which stand in front of whatever it sealed. */
  readonly id: string;
  /** Lines of comment above it. */
  readonly comments: readonly string[];
};

const dateNames = ['added', 'used', 'replaced'] as const;

/**
 * Reads the sealing keys: a line of base64 each (32 octets or more), the one that seals first. `#` begins a comment; one
 * that stands right behind a key holds its dates.
 * @param place where the text is from, for messages
 * @throws GakumonError `key-invalid`; nothing of the text is in it
 */
export function parseSealingKeys(text: string, place: string): readonly SealingKeyEntry[] {
  const entries: SealingKeyEntry[] = [];
  let comments: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, words = '', comment] = /^(.*?)(?:(?:^|\s)(#.*))?$/s.exec(line.trim()) ?? [];
    if (comment !== undefined) comments.push(comment);
    for (const word of words.split(/\s+/).filter(Boolean)) {
      entries.push(parseKey(word, comments, place));
      comments = [];
    }
  }
  if (entries.length === 0) throw new GakumonError('key-invalid', { detail: `${place} holds no key` });
  return entries;
}

function parseKey(word: string, comments: readonly string[], place: string): SealingKeyEntry {
  const [text = '', dates = ''] = word.split(/#(.*)/s);
  const secret = Buffer.from(text, 'base64');
  if (secret.length < fewestOctets) {
    throw new GakumonError('key-invalid', {
      detail: `${place} must hold base64 of ${fewestOctets} random octets, one key a line`,
    });
  }
  return { text, secret, id: idOf(secret), comments, ...parseDates(dates) };
}

function parseDates(text: string): KeyDates {
  const dates: { -readonly [name in keyof KeyDates]: number } = {};
  for (const part of text.split(',')) {
    const [word, value = ''] = part.split('=');
    const name = dateNames.find((candidate) => candidate === word);
    const at = Date.parse(value);
    if (name !== undefined && !Number.isNaN(at)) dates[name] = at;
  }
  return dates;
}

/**
 * Writes the file. Dates stand behind the padding of the base64, without a space: releases that know nothing of dates
 * take such a line for the key alone.
 */
export function formatSealingKeys(entries: readonly SealingKeyEntry[]): string {
  return entries
    .flatMap((entry) => [...entry.comments, formatKey(entry)])
    .join('\n')
    .concat('\n');
}

function formatKey(entry: SealingKeyEntry): string {
  const dates = dateNames.flatMap((name) => {
    const at = entry[name];
    return at === undefined ? [] : [`${name}=${new Date(at).toISOString()}`];
  });
  if (dates.length === 0) return entry.text;
  const padded = entry.text.endsWith('=') ? entry.text : `${entry.text}=`;
  return `${padded}#${dates.join(',')}`;
}

/** The entry of a secret that was just made. */
export function newSealingKey(secret: Uint8Array, added: number): SealingKeyEntry {
  return { text: Buffer.from(secret).toString('base64'), secret, id: idOf(secret), comments: [], added };
}

const idOf = (secret: Uint8Array): string => makeSealingKeys([secret]).current.id;
