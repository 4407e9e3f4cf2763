import { describe, expect, test } from '@jest/globals';
import { decodeVersion, encodeVersion, hashOf, nextVersion, withLoser } from './documentVersion.ts';

const by = { host: 'idp1', pid: 7, file: '/etc/users.yaml' };
const first = nextVersion('one\n', { now: 1000, by }, []);

describe('a version of a document', () => {
  test('comes out of its encoding as it went in, whatever its text', () => {
    for (const text of ['', '\n', '{"version":2}\n', 'version: 1\nname: 学門\r\n', '\u0000']) {
      const version = nextVersion(text, { now: 5, by }, [first]);
      expect(decodeVersion(encodeVersion(version))).toEqual(version);
    }
  });

  test('is later than all before it, though clocks differ', () => {
    const later = nextVersion('two', { now: 900, by }, [first]);
    expect(later.serial).toBe(1001);
    expect(nextVersion('three', { now: 5000, by }, [first, later]).serial).toBe(5000);
  });

  test('knows the texts before it, the newest first, and never its own', () => {
    const two = nextVersion('two', { now: 2000, by }, [first]);
    const one = nextVersion('one\n', { now: 3000, by }, [two]);
    expect(two.earlier).toEqual([hashOf('one\n')]);
    expect(one.earlier).toEqual([hashOf('two')]);
    expect(withLoser(one, 'x').earlier).toEqual(['x', hashOf('two')]);
  });

  test('does not grow for ever', () => {
    let version = first;
    for (let n = 0; n < 700; n += 1) version = nextVersion(String(n), { now: n, by }, [version]);
    expect(version.earlier).toHaveLength(500);
    expect(version.earlier[0]).toBe(hashOf('698'));
  });

  test('that a newer release wrote is not read', () => {
    const newer = Buffer.from(`${JSON.stringify({ version: 2 })}\ntext`);
    expect(() => decodeVersion(newer)).toThrow(RangeError);
  });
});
