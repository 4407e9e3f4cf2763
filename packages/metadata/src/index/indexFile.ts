import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from './damaged.ts';
import type { EntityList } from './entityList.ts';
import type { MetadataIndex } from './metadataIndex.ts';
import type { Steps } from './steps.ts';
import { validateInGroups } from './validateIndex.ts';

export const indexFileName = 'index.json';
const opening = (sha256: string): string => `{"sha256":"${sha256}","index":`;
const closing = '}\n';
const openingLength = opening('0'.repeat(64)).length;

/** What goes into the file; its entities are JSON already. */
export type WrittenIndex = Omit<MetadataIndex, 'entities'> & {
  readonly entities: EntityList;
  readonly hashes: readonly string[];
};

/** Writes the index of a directory, so that there is a whole one or none. */
export function writeIndexFile(directory: string, index: WrittenIndex): void {
  const unfinished = join(directory, `${indexFileName}.new`);
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    const hash = createHash('sha256');
    let at = openingLength;
    for (const octets of encodeParts(listParts(index))) {
      hash.update(octets);
      at += writeAt(descriptor, octets, at);
    }
    writeAt(descriptor, Buffer.from(closing), at);
    writeAt(descriptor, Buffer.from(opening(hash.digest('hex'))), 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, join(directory, indexFileName));
  syncDirectory(directory);
}

function* listParts({ version, facts, contexts, entities, hashes, warnings }: WrittenIndex): Iterable<string> {
  yield `{"version":${version},"facts":${JSON.stringify(facts)},"contexts":${JSON.stringify(contexts)},"entities":\n`;
  yield* inLines(entities.parts(hashes));
  yield `,"warnings":${JSON.stringify(warnings)}}`;
}

/** Entities that are read in one go, at most. */
const entitiesOfLine = 50;

/** Some entities in each line, and the end of their list in the last: no text in JSON has a line feed itself. */
function* inLines(parts: Iterable<string>): Iterable<string> {
  let inLine = 0;
  for (const part of parts) {
    if (inLine === entitiesOfLine || part === ']') {
      yield '\n';
      inLine = 0;
    }
    yield part;
    inLine += 1;
  }
}

const together = 262_144;

function* encodeParts(parts: Iterable<string>): Iterable<Buffer> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < together) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  yield Buffer.from(text, 'utf8');
}

/** @returns the octets written */
function writeAt(descriptor: number, octets: Buffer, position: number): number {
  let written = 0;
  while (written < octets.length) {
    written += writeSync(descriptor, octets, written, octets.length - written, position + written);
  }
  return written;
}

/** So that the names of the files outlast a power cut, too. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads the index of a directory step by step, so that whoever answers people meanwhile can give way.
 * @param octets of the file
 * @param size octets of the file that the index speaks of
 * @throws GakumonError `metadata-damaged` when it is not what was written
 */
export function* readIndexFile(directory: string, octets: Buffer, size: number): Steps<MetadataIndex> {
  const body = octets.subarray(openingLength, Math.max(openingLength, octets.length - closing.length));
  const written = octets.subarray(0, openingLength).toString('latin1');
  const sha256 = yield* hashInSteps(body);
  if (written !== opening(sha256) || octets.subarray(-closing.length).toString('latin1') !== closing) {
    throw damaged(`${join(directory, indexFileName)} is not what was written`);
  }
  const end = body.indexOf(lineFeed);
  // An earlier release wrote all of it in one line.
  if (end === -1) {
    const whole = JSON.parse(body.toString('utf8'));
    return yield* validateInGroups(whole, [whole.entities], size);
  }
  const lastLine = body.lastIndexOf(lineFeed) + 1;
  const head = JSON.parse(`${body.toString('utf8', 0, end)}[]}`);
  const tail = body.toString('utf8', lastLine);
  const { warnings } = JSON.parse(`{"entities":[${tail.slice(tail.indexOf(']'))}`);
  return yield* validateInGroups({ ...head, warnings }, parseLines(body.subarray(end + 1, lastLine)), size);
}

const lineFeed = 10;
/** Takes a millisecond. */
const hashedAtOnce = 1_048_576;

function* hashInSteps(octets: Buffer): Steps<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < octets.length; at += hashedAtOnce) {
    hash.update(octets.subarray(at, at + hashedAtOnce));
    yield;
  }
  return hash.digest('hex');
}

/** @param lines each ends with a line feed, and begins with `[` or a comma */
function* parseLines(lines: Buffer): Iterable<unknown> {
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf(lineFeed, at);
    yield JSON.parse(`[${lines.toString('utf8', at + 1, end)}]`);
    at = end + 1;
  }
}
