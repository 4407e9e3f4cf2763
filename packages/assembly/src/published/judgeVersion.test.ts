import { describe, expect, test } from '@jest/globals';
import { judgeVersion, type Standing, type Verdict } from './judgeVersion.ts';

const file = '/etc/gakumon/users.yaml';
const mine: Standing = {
  sha256: 'b',
  serial: 2,
  isEdited: false,
  startedFrom: 'b',
  file,
  isOneMachine: false,
};
const published = {
  serial: 2,
  sha256: 'b',
  earlier: ['a'],
  by: { host: 'other', pid: 1, file: '/srv/users.yaml' },
};
const ofThisFile = { ...published, by: { ...published.by, file } };

type Case = readonly [string, Partial<Standing>, Partial<typeof published> | undefined, Verdict];

const sinceStart: readonly Case[] = [
  ['nothing is published', {}, undefined, 'publish'],
  ['what is published is in force', {}, {}, 'same'],
  ['another node published', {}, { serial: 3, sha256: 'c' }, 'take'],
  ['another node published the same text again', {}, { serial: 3 }, 'same'],
  ['edited here', { sha256: 'c', isEdited: true }, {}, 'publish'],
  ['edited back to an older text, which was seen', { sha256: 'a', isEdited: true }, {}, 'publish'],
  ['edited here and on another node', { sha256: 'c', isEdited: true }, { serial: 3, sha256: 'd' }, 'conflict'],
  ['edited on both to the same', { sha256: 'c', isEdited: true }, { serial: 3, sha256: 'c' }, 'same'],
  ['attack: an older version was put back', {}, { serial: 1, sha256: 'a', earlier: [] }, 'restore'],
  ['attack: an older version of the same text was put back', {}, { serial: 1, earlier: [] }, 'restore'],
  ['an old backup was restored while the file was edited', { sha256: 'c', isEdited: true }, { serial: 1 }, 'publish'],
  ['two went on from lost records', {}, { sha256: 'x', earlier: [] }, 'restore'],
];

const atStart: readonly Case[] = [
  ['the file is what is published', {}, {}, 'same'],
  ['attack: nobody ever published what is in the file', { sha256: 'c', startedFrom: 'c' }, {}, 'refuse'],
  ['attack: and it was edited meanwhile', { sha256: 'd', startedFrom: 'c', isEdited: true }, {}, 'refuse'],
  ['the file is an old one', { sha256: 'a', startedFrom: 'a' }, {}, 'stale'],
  [
    'an old file was edited before the records were there',
    { startedFrom: 'a', sha256: 'c', isEdited: true },
    {},
    'conflict',
  ],
  ['a file was edited before the records were there', { sha256: 'c', isEdited: true }, {}, 'publish'],
  ['and became what is published', { startedFrom: 'a', isEdited: true }, {}, 'same'],
];

describe('a document that was compared before', () => {
  test.each(sinceStart)('%s', (_, standing, there, verdict) => {
    expect(judgeVersion({ ...mine, ...standing }, there && { ...published, ...there })).toBe(verdict);
  });
});

describe('a document at the start of its node', () => {
  test.each(atStart)('%s', (_, standing, there, verdict) => {
    expect(judgeVersion({ ...mine, serial: undefined, ...standing }, { ...published, ...there })).toBe(verdict);
  });

  test('on one machine, what nobody ever published was edited while the server was down', () => {
    const edited = { ...mine, serial: undefined, sha256: 'c', startedFrom: 'c', isOneMachine: true };
    expect(judgeVersion(edited, ofThisFile)).toBe('publish');
    expect(judgeVersion(edited, published)).toBe('publish');
    expect(judgeVersion({ ...edited, isOneMachine: false }, ofThisFile)).toBe('refuse');
  });

  test('on one machine, a file that was published before and now holds an older text was edited meanwhile', () => {
    const reverted = { ...mine, serial: undefined, sha256: 'a', startedFrom: 'a', isOneMachine: true };
    expect(judgeVersion(reverted, ofThisFile)).toBe('publish');
    expect(judgeVersion(reverted, published)).toBe('stale');
    expect(judgeVersion({ ...reverted, isOneMachine: false }, ofThisFile)).toBe('stale');
  });
});
