import { describe, expect, test } from '@jest/globals';
import { escapeInvisible, escapeInvisibleXml } from './escapeInvisible.ts';
import { printJsonList } from './jsonList.ts';

const steering = '\u009b2J\u202eright to left\u2066\u200b\u00ad\u007f\u2028\u{e0041}\ufeff';
const hidden = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

describe('attack: what metadata says cannot steer the terminal', () => {
  test('as JSON, which says the same afterwards', async () => {
    const said = { registrationAuthority: `図書館\n\t"${steering}"`, 学: ['𠮷'] };
    const printed = escapeInvisible(JSON.stringify(said, undefined, 2));
    expect(printed).not.toMatch(hidden);
    expect(printed).toContain('図書館');
    expect(JSON.parse(printed)).toEqual(said);
    const pieces: string[] = [];
    const one = async function* () {
      yield said;
    };
    await printJsonList(one(), async (text) => void pieces.push(text));
    expect(pieces.join('')).not.toMatch(hidden);
    expect(JSON.parse(pieces.join(''))).toEqual([said]);
  });

  test('as XML, which says the same afterwards', () => {
    expect(escapeInvisibleXml('<a b="\u202e">\u009b\u{e0041}\n図</a>')).toBe('<a b="&#x202e;">&#x9b;&#xe0041;\n図</a>');
  });
});
