import { isGakumonError } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { decodePost } from './decodePost.ts';

const xml = '<a>学門</a>';
const base64 = Buffer.from(xml).toString('base64');

test('base64 may be folded', () => {
  const folded = base64.replace(/(.{4})/g, '$1\r\n');
  expect(Buffer.from(decodePost([folded], ['state']).xml).toString()).toBe(xml);
  expect(decodePost([base64], []).relayState).toBeUndefined();
});

test.each<[string, string[], string[], string]>([
  ['nothing', [], [], 'request-missing'],
  ['an empty value', [''], [], 'request-missing'],
  ['two requests', [base64, base64], [], 'request-repeated'],
  ['two RelayStates', [base64], ['a', 'b'], 'request-repeated'],
  ['not base64', ['<a/>'], [], 'request-encoding'],
  ['base64url', ['-_-_'], [], 'request-encoding'],
  ['padding inside', ['AA==AAAA'], [], 'request-encoding'],
  ['a huge value', ['A'.repeat(300_000)], [], 'request-too-large'],
])('attack: %s', (_, samlRequest, relayState, code) => {
  const attempt = () => decodePost(samlRequest, relayState);
  let thrown: unknown;
  try {
    attempt();
  } catch (error) {
    thrown = error;
  }
  expect(isGakumonError(thrown) ? thrown.code : thrown).toBe(code);
});
