import { toEntityId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { tellMoment, tellSpan, tellTime } from './moments.ts';
import { describeChange, tellChange, tellCounts, tellUsedCounts } from './tellChange.ts';

const entityId = toEntityId('https://sp.example.org/');
const lastUse = Date.parse('2024-04-08T09:00:00Z');

describe('what became of a service provider', () => {
  test('is a line, and what changed stands below', () => {
    const change = {
      kind: 'changed',
      entityId,
      names: { ja: '図書館', en: 'Library' },
      lastUse,
      changes: [
        { aspect: 'signing-keys', removed: ['aa'], added: ['bb'] },
        { aspect: 'other', removed: [], added: [] },
      ],
    } as const;
    expect(tellChange(change)).toEqual([
      '~ https://sp.example.org/ (Library), last login here 2024-04-08',
      '    signing keys: - aa',
      '    signing keys: + bb',
      '    something else',
    ]);
    expect(describeChange('federation', change)).toEqual({
      source: 'federation',
      entityID: entityId,
      change: 'changed',
      names: change.names,
      lastUse: '2024-04-08T09:00:00.000Z',
      changes: change.changes,
    });
  });

  test('attack: a name that steers the terminal becomes spaces', () => {
    const names = { en: 'x\u001b[2J\u202e\ny' };
    expect(tellChange({ kind: 'came', entityId, names, lastUse: undefined })).toEqual([
      '+ https://sp.example.org/ (x [2J y)',
    ]);
  });

  test('counts leave out what there is none of', () => {
    expect(tellCounts({ came: 0, went: 0, changed: 0 })).toBe('nobody came, went or changed');
    expect(tellCounts({ came: 1, went: 0, changed: 2 })).toBe('1 came, 2 changed');
    expect(tellUsedCounts({ came: 0, went: 3, changed: 0, used: 1 })).toBe('3 went; 1 of them was used here lately');
    expect(tellUsedCounts({ came: 0, went: 3, changed: 0, used: 0 })).toBe('3 went');
  });
});

test('times as a person says them', () => {
  const day = 86_400_000;
  expect([0, 59_999, 60_000, day - 1, day, 13.9 * day].map(tellSpan)).toEqual([
    '0 seconds',
    '59 seconds',
    '1 minute',
    '23 hours',
    '1 day',
    '13 days',
  ]);
  expect([tellMoment(2 * day, 0), tellMoment(0, 2 * day), tellTime(lastUse)]).toEqual([
    'in 2 days',
    '2 days ago',
    '2024-04-08 09:00Z',
  ]);
});
