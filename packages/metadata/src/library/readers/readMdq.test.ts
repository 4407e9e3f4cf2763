import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { element } from '@gakumon/saml';
import { toEntityId } from '@gakumon/terms';
import { fixedClock, temporaryFolder, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { madeEntity, signed } from '../../fixtures/madeMetadata.ts';
import { answerOf, startRawServer } from '../../sources/testing/rawServer.ts';
import { createMetadataLibrary } from '../metadataLibrary.ts';
import { madeSource } from '../testing/madeSource.ts';

const sp = 'https://sp.example.org/sp';
const hour = 3_600_000;

test('attack: what a signer said whose certificate was taken away is believed no longer, also from memory', async () => {
  const clock = fixedClock();
  const folder = await temporaryFolder();
  const file = join(folder, 'signer.pem');
  await writeFile(file, testKeys.idpSigning.certificatePem);
  const made = madeEntity(sp, { validUntil: clock() + hour });
  const withId = element(made.name, { ...made.attributes, ID: '_entity' }, ...made.children);
  const answer = await signed(withId, testKeys.idpSigning);
  const server = await startRawServer(answerOf(answer));
  const origin = { kind: 'mdq', url: new URL(server.url).origin } as const;
  const library = createMetadataLibrary({
    sources: [madeSource('mdq', origin, { signers: [{ file }], unsigned: false })],
    cache: join(folder, 'cache'),
    ownEntityId: toEntityId('https://idp.example.ac.jp/idp/shibboleth'),
    clock,
  });
  try {
    await library.refresh();
    expect(await library.serviceProviders.find(sp)).toMatchObject({ source: 'mdq' });
    await server.stop();
    await library.refresh();
    expect(await library.serviceProviders.find(sp)).toMatchObject({ source: 'mdq' });
    await writeFile(file, testKeys.stranger.certificatePem);
    expect((await library.refresh({ wait: true })).changed).toBe(true);
    expect(library.serviceProviders.list()).toEqual([]);
    expect(await library.serviceProviders.find(sp)).toBeUndefined();
    await writeFile(file, `${testKeys.idpSigning.certificatePem}\n`);
    await library.refresh({ wait: true });
    expect(library.serviceProviders.list()).toMatchObject([{ entityId: sp }]);
    expect(await library.serviceProviders.find(sp)).toMatchObject({ source: 'mdq' });
  } finally {
    await library.close();
  }
});
