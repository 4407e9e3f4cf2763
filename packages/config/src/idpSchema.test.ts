import { describe, expect, test } from '@jest/globals';
import { parseConfig } from './loadConfig.ts';

const config = (...lines: readonly string[]) =>
  parseConfig(
    `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
${lines.map((line) => `  ${line}`).join('\n')}
directory: [{ name: local, file: users.yaml }]
`,
    '/etc/gakumon/gakumon.yaml',
  ).idp;

describe('what our own metadata says', () => {
  test('has no date and no hints unless they are asked for', () => {
    expect(config()).toMatchObject({ metadataValidity: undefined, discovery: undefined });
  });

  test('takes a validity, hints and a security contact', () => {
    const idp = config(
      'metadataValidity: P14D',
      'discovery: { keywords: [category:location:kanto], ipHints: [192.0.2.0/24], geolocationHints: ["geo:35.7,139.76"] }',
      'contacts: [{ type: security, name: CSIRT, email: csirt@example.ac.jp }]',
    );
    expect(idp.metadataValidity).toBe(14 * 86_400_000);
    expect(idp.discovery).toEqual({
      keywords: ['category:location:kanto'],
      ipHints: ['192.0.2.0/24'],
      domainHints: [],
      geolocationHints: ['geo:35.7,139.76'],
    });
    expect(idp.contacts).toMatchObject([{ type: 'security' }]);
  });

  test.each([
    ['metadataValidity: PT59M', /metadataValidity.*from PT1H to P366D/],
    ['metadataValidity: P3660D', /metadataValidity.*from PT1H to P366D/],
    ['metadataValidity: 14', /metadataValidity/],
    ['discovery: { keywords: ["two words"] }', /without spaces/],
    ['discovery: { keywords: ["a+b"] }', /without \+/],
    ['discovery: { ipHints: [everywhere] }', /ipHints/],
    ['discovery: { geolocationHints: [Tokyo] }', /must be like geo:/],
  ])('refuses %s', (line, detail) => {
    expect(() => config(line)).toThrow(
      expect.objectContaining({ code: 'config-invalid', detail: expect.stringMatching(detail) }),
    );
  });
});
