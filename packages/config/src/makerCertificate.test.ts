import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from './index.ts';

const root = `-----BEGIN CERTIFICATE-----
MIIBSTCB8KADAgECAgEBMAoGCCqGSM49BAMCMBsxGTAXBgNVBAMTEEF0dGVzdGF0
aW9uIFJvb3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBsxGTAX
BgNVBAMTEEF0dGVzdGF0aW9uIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQoKvYJmoJFRlAGg/qYBRKoDY9cZoXAs0AuovaymphN0ZZHthqewIuQeqmx06Vd
6n738P6NC8NPLDkZB65pKAlboyMwITAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB
/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiAKk8fyra7X2FbTHpz48+Ewe8NlmpGW
PD86pwXpenIS+AIhAM8xCQFNFVyEUQMgSWGqjAByow+BQIxznZkASylTShdU
-----END CERTIFICATE-----`;
const leaf = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUWgAwIBAgIBAjAKBggqhkjOPQQDAjAbMRkwFwYDVQQDExBBdHRlc3Rh
dGlvbiBSb290MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjBgMRYw
FAYDVQQDEw1FeGFtcGxlIEtleSAxMSIwIAYDVQQLExlBdXRoZW50aWNhdG9yIEF0
dGVzdGF0aW9uMRUwEwYDVQQKEwxFeGFtcGxlIEtleXMxCzAJBgNVBAYTAkpQMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExqnn1ZvUhe5GzR8Bu/AFOpL7ueQ1VekL
GEgwwsbJcuGTfphy24ah6h8cU8me0zee47CTyzQH46U39Q+6yby426MzMDEwDAYD
VR0TAQH/BAIwADAhBgsrBgEEAYLlHAEBBAQSBBAvwFefgRNH6rEWu1qNuSAqMAoG
CCqGSM49BAMCA0cAMEQCIApldrrmuZE1uLbR+1SJuBcjQAUgI1L6lzumf/I+4mgj
AiA2SukTdlafF4HsTuP/QDWonZ0aEzF853Fr9Rnd/Um8ow==
-----END CERTIFICATE-----`;

const policyWith = (pem: string) => {
  const text = pem.split('\n').map((line) => `      ${line}`);
  return [
    'version: 1',
    'webauthn:',
    '  attestation: direct',
    '  aaguids: [2fc0579f-8113-47ea-b116-bb5a8db9202a]',
    '  roots:',
    '    - |',
    ...text,
    '',
  ].join('\n');
};

function mistakeOf(text: string): string {
  try {
    parsePolicy(text, 'policy.yaml');
  } catch (error) {
    if (isGakumonError(error)) return error.detail ?? '';
    throw error;
  }
  return '';
}

describe('the makers who vouch for their models', () => {
  test('stand in policy.yaml itself', () => {
    const { webauthn } = parsePolicy(policyWith(root), 'policy.yaml');
    expect(webauthn.roots?.map((pem) => pem.trim())).toEqual([root]);
  });

  test.each([
    ['is no certificate of an authority', leaf],
    ['must be one certificate in PEM', `${root}\n${root}`],
    ['must be one certificate in PEM', 'yubico.pem'],
    ['is unreadable', root.replace('MII', 'AAA').replace('MIH', 'AAA')],
  ])('a root that %s', (mistake, pem) => {
    expect(mistakeOf(policyWith(pem))).toContain(mistake);
  });

  test('are named when models are', () => {
    const without = policyWith(root).split('\n').slice(0, 4).join('\n');
    expect(mistakeOf(without)).toContain('needs roots');
  });
});
