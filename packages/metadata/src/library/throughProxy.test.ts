import { toEntityId } from '@gakumon/terms';
import { fixedClock, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { madeAggregate, signed } from '../fixtures/madeMetadata.ts';
import { answerOf, startRawServer } from '../sources/testing/rawServer.ts';
import { startProxy } from '../sources/testing/startProxy.ts';
import { runIntake } from './intake/runIntake.ts';
import { createMetadataLibrary } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';

test('a document and an entity are both asked for through the proxy', async () => {
  const clock = fixedClock();
  const document = await signed(
    madeAggregate(['https://sp.example.org/sp'], { validUntil: clock() + 1000 }),
    testKeys.idpSigning,
  );
  const proxy = await startProxy(await startRawServer(answerOf(document)));
  const trust = { signers: [{ pem: testKeys.idpSigning.certificatePem }], unsigned: false };
  const library = createMetadataLibrary({
    sources: [
      madeSource('document', { kind: 'url', url: 'http://metadata.example.test/all.xml' }, trust),
      madeSource('entities', { kind: 'mdq', url: 'http://metadata.example.test/mdq' }, trust),
    ],
    ownEntityId: toEntityId('https://idp.example.ac.jp/idp'),
    proxy: proxy.url,
    clock,
    intake: runIntake,
  });
  try {
    await library.refresh({ wait: true });
    expect(library.sources()).toMatchObject([{ serviceProviders: 1, problem: undefined }, {}]);
    await library.serviceProviders.find('https://unknown.example.org/sp');
    expect(proxy.questions.map((question) => question.split(' ')[1])).toEqual([
      'http://metadata.example.test/all.xml',
      expect.stringMatching(/^http:\/\/metadata\.example\.test\/mdq\/entities\//),
    ]);
  } finally {
    await library.close();
  }
});
