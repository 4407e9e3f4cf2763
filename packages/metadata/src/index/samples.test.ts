import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithSamples, temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { indexed, plainSource } from '../fixtures/indexed.ts';
import { readEntity } from '../reading/entities.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import { readServiceProvider } from '../reading/readServiceProvider.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { readPinnedKeys } from '../trust/pinnedKeys.ts';
import { indexDocument } from './indexDocument.ts';
import type { IndexedEntity } from './metadataIndex.ts';

const then = Date.parse('2008-01-01T00:00:00Z');
const summary = ({ entityId, names, categories, validUntil }: ServiceProvider | IndexedEntity) => ({
  entityId,
  names,
  categories,
  validUntil,
});

describeWithSamples('real federation metadata, indexed', (folder) => {
  const read = (name: string): Buffer => readFileSync(join(folder, name));

  test.each([
    ['gakunin-u-tokyo-extract.xml', 2, 1, 1],
    ['pyff-wayf-edugain-metadata.xml', 77, 16, 61],
    ['pysaml2-tests_metadata.aaitest.xml', 172, 136, 32],
    ['pysaml2-tests_remote_data_metadata.aaitest.xml', 296, 262, 35],
    ['pysaml2-tests_swamid-1.0.xml', 175, 108, 36],
  ])(
    '%s: %i entities, %i service providers, %i identity providers, as reading it whole finds them',
    async (name, entities, sps, idps) => {
      const { index, read: readLazily } = await indexed(read(name), { now: then });
      expect(index.entities).toHaveLength(entities);
      expect(index.entities.filter(({ isIdentityProvider }) => isIdentityProvider)).toHaveLength(idps);
      const found = index.entities.filter(({ isServiceProvider }) => isServiceProvider);
      const whole = parseServiceProviders(read(name), 'federation').serviceProviders;
      expect(found).toHaveLength(sps);
      expect(found.map(summary)).toEqual(whole.map(summary));
      const lazily = found.map((one) => {
        const { element, ...around } = readLazily(one);
        const entity = readEntity(element, around, () => {});
        return entity && readServiceProvider(entity, 'federation', ['categories', 'scopes']).serviceProvider;
      });
      expect(lazily).toEqual(whole);
    },
  );

  test.each(['opensaml-switchaai_signed.xml', 'opensaml-ukfederation-metadata.xml'])(
    '%s is of SAML 1 alone, and empty here',
    async (name) => {
      const refused = expect.objectContaining({ code: 'metadata-empty' });
      await expect(indexed(read(name), { now: then })).rejects.toEqual(refused);
    },
  );

  describe('signatures', () => {
    const verdict = async (name: string, now: string, allowSha1 = false): Promise<string> => {
      const keys = readPinnedKeys([read(`${name}.signer.pem`).toString()]);
      const into = await temporaryFolder();
      const options = { source: { ...plainSource, unsigned: false, allowSha1 }, keys, now: Date.parse(now), into };
      return indexDocument([read(`${name}.xml`)], options).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      );
    };

    test.each([
      ['pyff-wayf-edugain-metadata', '2019-07-24T08:10:04Z', false, 'metadata-expired'],
      ['pysaml2-tests_metadata.aaitest', '2008-01-01T00:00:00Z', false, 'metadata-signature'],
      ['opensaml-switchaai_signed', '2008-01-01T00:00:00Z', false, 'metadata-signature'],
      ['opensaml-switchaai_signed', '2008-01-01T00:00:00Z', true, 'metadata-signature'],
      ['opensaml-ukfederation-metadata', '2008-01-01T00:00:00Z', false, 'metadata-signature'],
      ['opensaml-ukfederation-metadata', '2008-01-01T00:00:00Z', true, 'metadata-validity'],
      ['pyff-wayf-edugain-metadata', '2019-07-24T08:10:03Z', false, 'taken'],
    ])('%s at %s, SHA-1 allowed %p: %s', async (name, now, allowSha1, code) => {
      expect(await verdict(name, now, allowSha1)).toBe(code);
    });
  });
});
