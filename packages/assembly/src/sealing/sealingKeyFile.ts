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
  /** The ids of keys that were taken away for good, the last one first: what is sealed under them is not to be waited for. */
  readonly retired: readonly string[];
};

const dateNames = ['added', 'used', 'replaced'] as const;

/**
 * Reads the sealing keys: a line of base64 each (32 octets or more), the one that seals first. `#` begins a comment; one
 * that stands right behind a key holds its dates, and which keys are retired. One bad line makes all of it bad: half of
 * the keys would end half of the logins.
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
  const [text = '', notes] = word.split(/#(.*)/s);
  const secret = Buffer.from(text, 'base64');
  const canonical = secret.toString('base64');
  // Node reads what is not base64 as something else: a sentence, or a path, would be a key that can be guessed.
  const isBase64 = text === canonical || (notes !== undefined && text === withPadding(canonical));
  if (!isBase64 || secret.length < fewestOctets || new Set(secret).size === 1) {
    throw new GakumonError('key-invalid', {
      detail: `${place} must hold base64 of ${fewestOctets} random octets, one key a line`,
      hint: 'openssl rand -base64 32 makes one; a line of comment begins with #',
    });
  }
  return {
    text: canonical,
    secret,
    id: idOf(secret),
    comments,
    ...parseDates(notes ?? ''),
    retired: parseRetired(notes ?? ''),
  };
}

function parseRetired(text: string): readonly string[] {
  const list = text.split(',').find((part) => part.startsWith('retired='));
  return list === undefined
    ? []
    : list
        .slice('retired='.length)
        .split('+')
        .filter((id) => /^[0-9a-f]{8}$/.test(id));
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
  const notes = entry.retired.length === 0 ? dates : [...dates, `retired=${entry.retired.join('+')}`];
  return notes.length === 0 ? entry.text : `${withPadding(entry.text)}#${notes.join(',')}`;
}

/** So that what follows is not taken for base64 by a lenient reader. */
const withPadding = (base64: string): string => (base64.endsWith('=') ? base64 : `${base64}=`);

/** The entry of a secret that was just made. */
export function newSealingKey(secret: Uint8Array, added: number): SealingKeyEntry {
  return { text: Buffer.from(secret).toString('base64'), secret, id: idOf(secret), comments: [], retired: [], added };
}

const idOf = (secret: Uint8Array): string => makeSealingKeys([secret]).current.id;
