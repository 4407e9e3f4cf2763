import { expect, test } from '@jest/globals';
import { takeValues } from './takeValues.ts';

test('texts, numbers, booleans, instants, octets and lists of them are taken; what is empty says nothing', () => {
  const at = new Date('2024-04-01T00:00:00Z');
  const answer = {
    a: ' x ',
    b: 12,
    c: true,
    d: ['y', 'y', null, 3],
    e: '',
    f: null,
    g: [],
    h: at,
    i: 12n,
    j: Buffer.of(1),
  };
  expect(takeValues(answer, undefined)).toEqual({
    attributes: {
      a: ['x'],
      b: ['12'],
      c: ['true'],
      d: ['y', '3'],
      h: ['2024-04-01T00:00:00.000Z'],
      i: ['12'],
      j: ['AQ=='],
    },
    leftOut: [],
  });
});

test('with names, only what they name is taken; one may have two names here', () => {
  const answer = { dept: 'Law', secret: 'x' };
  expect(takeValues(answer, { ou: 'dept', department: 'dept', o: 'other' })).toEqual({
    attributes: { ou: ['Law'], department: ['Law'] },
    leftOut: [],
  });
});

test('nothing that can be used is nothing that is known', () => {
  expect(takeValues({ a: null, b: '  ' }, undefined).attributes).toBeUndefined();
});

test.each([
  ['a nested object', { a: { b: 1 } }],
  ['a list in a list', { a: [['x']] }],
  ['an integer that JSON could not hold exactly', JSON.parse('{"a":12345678901234567890}')],
  ['a control character, which no XML holds', { a: 'x\u0000y' }],
  ['half a character', { a: '\ud800' }],
  ['a text without end', { a: 'x'.repeat(10_001) }],
  ['a number that is none', { a: Number.NaN }],
])('attack: %s is left out, and told', (_, answer) => {
  expect(takeValues(answer, undefined)).toEqual({ attributes: undefined, leftOut: ['a'] });
});

test('attack: names that are none of an attribute, or only a directory may tell', () => {
  const answer = JSON.parse('{"__proto__":"x","username":"root","groups":["admins"],"氏名":"y","a b":"z","":"w"}');
  const { attributes, leftOut } = takeValues(answer, undefined);
  expect(attributes).toBeUndefined();
  expect([...leftOut].sort()).toEqual(['', '__proto__', 'a b', 'groups', 'username', '氏名']);
  expect(takeValues(answer, { x: 'constructor', jaDisplayName: '氏名' }).attributes).toEqual({ jaDisplayName: ['y'] });
});

test('attack: lists and objects without end', () => {
  const many = takeValues({ a: Array.from({ length: 1001 }, (_, index) => `v${index}`) }, undefined);
  expect(many.attributes?.a).toHaveLength(1000);
  expect(many.leftOut).toEqual(['a']);
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a${index}`, 'x']));
  expect(Object.keys(takeValues(wide, undefined).attributes ?? {})).toHaveLength(200);
});
