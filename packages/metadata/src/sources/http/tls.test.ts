import { testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFor } from '../testing/certificateFor.ts';
import { answerOf, startRawServer } from '../testing/rawServer.ts';
import { fetchOctets } from './fetchDocument.ts';

const refused = (detail: string) =>
  expect.objectContaining({
    code: 'metadata-fetch',
    detail: expect.stringContaining(detail),
    hint: expect.any(String),
  });

let right: { readonly cert: string; readonly key: string };
beforeAll(async () => {
  right = await certificateFor('IP:127.0.0.1');
});

async function get(tls: { cert: string; key: string } | undefined, authorities?: readonly string[]): Promise<unknown> {
  const { url } = await startRawServer(answerOf('<a/>'), tls);
  const asHttps = url.replace(/^http:/, 'https:');
  return fetchOctets({ url: asHttps, now: 0, authorities }).then(String, (reason: unknown) => reason);
}
const pairOf = ({ certificatePem, privateKeyPem }: (typeof testKeys)['expired']): { cert: string; key: string } => ({
  cert: certificatePem,
  key: privateKeyPem,
});

describe('https', () => {
  test('works with a certificate that is right', async () => {
    expect(await get(right, [right.cert])).toBe('<a/>');
  });
  test('attack: a self-signed certificate is refused', async () => {
    expect(await get(right)).toEqual(refused('self-signed'));
  });
  test('attack: a certificate of somebody else is refused, with the names that it has', async () => {
    const other = pairOf(testKeys.idpSigning);
    expect(await get(other, [other.cert])).toEqual(refused('is for another name'));
  });
  test('an expired certificate is refused', async () => {
    const expired = pairOf(testKeys.expired);
    expect(await get(expired, [expired.cert])).toEqual(refused('has expired'));
  });
  test('a server without TLS is told from one that is down', async () => {
    expect(await get(undefined)).toEqual(refused('does not speak TLS'));
  });
});
