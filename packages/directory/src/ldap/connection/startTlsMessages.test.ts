import { describe, expect, test } from '@jest/globals';
import { readStartTlsAnswer } from './startTlsMessages.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const yes = hex('300c 020101 7807 0a0100 0400 0400');

describe('the answer to StartTLS', () => {
  test('is yes, also with lengths as AD writes them', () => {
    expect(readStartTlsAnswer(yes)).toEqual({ kind: 'ready' });
    expect(readStartTlsAnswer(hex('308400000010 020101 788400000007 0a0100 0400 0400'))).toEqual({ kind: 'ready' });
  });

  test('may come in pieces', () => {
    for (let length = 0; length < yes.length; length += 1) {
      expect(readStartTlsAnswer(yes.subarray(0, length))).toEqual({ kind: 'incomplete' });
    }
  });

  test.each([
    ['a refusal', '300c 020101 7807 0a0102 0400 0400', 'code 2'],
    ['an answer to another request', '300c 020102 7807 0a0100 0400 0400', 'another request'],
    ['the answer to a bind', '300c 020101 6107 0a0100 0400 0400', 'another kind'],
    ['something else', '485454502f312e31', 'no LDAP message'],
  ])('%s is no yes', (_what, octets, reason) => {
    expect(readStartTlsAnswer(hex(octets))).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  });

  test.each(['30', '300c020102610b0a0100', '300c 020102 6107 0a0100 0400 0400'])(
    'with something behind it, which would be read as if it had come through TLS, is refused: %s',
    (behind) => {
      expect(readStartTlsAnswer(Buffer.concat([yes, hex(behind)]))).toMatchObject({ kind: 'refused' });
    },
  );

  test('without end is refused', () => {
    expect(readStartTlsAnswer(Buffer.concat([hex('3084ffffffff'), Buffer.alloc(5000)]))).toMatchObject({
      kind: 'refused',
    });
  });
});
