import { describeWith, schemaJudge, testKeys, validateAgainstSchema } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { demoSpMetadata } from './metadata.ts';

const metadata = demoSpMetadata({ baseUrl: 'http://localhost:8081', certificate: testKeys.spSigning.certificatePem });

describe('metadata of the demonstration', () => {
  test('names the one ACS and the certificate', () => {
    expect(metadata).toContain('Location="http://localhost:8081/acs"');
    expect(metadata).toContain(`<ds:X509Certificate>${testKeys.spSigning.certificate}</ds:X509Certificate>`);
    expect(metadata).toContain('<mdui:DisplayName xml:lang="ja">デモサービス</mdui:DisplayName>');
  });

  test('an address with markup in it stays text', () => {
    const odd = demoSpMetadata({
      baseUrl: 'http://localhost:8081/"><x/>',
      certificate: testKeys.spSigning.certificatePem,
    });
    expect(odd).not.toContain('<x/>');
  });
});

describeWith(schemaJudge, 'the OASIS schemas', () => {
  test('find nothing wrong with the metadata', async () => {
    expect(await validateAgainstSchema(metadata)).toEqual([]);
  });
});
