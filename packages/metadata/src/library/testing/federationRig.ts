import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { type FixedClock, fixedClock, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterEach } from '@jest/globals';
import { madeAggregate, signed } from '../../fixtures/madeMetadata.ts';
import type { MetadataSource } from '../../sources/source.ts';
import { answerOf, type RawServer, startRawServer } from '../../sources/testing/rawServer.ts';
import { runIntake } from '../intake/runIntake.ts';
import { createMetadataLibrary, type MetadataLibrary, type MetadataLibraryOptions } from '../metadataLibrary.ts';
import { madeSource } from './madeSource.ts';

export const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
export const day = 86_400_000;
export const signer = testKeys.idpSigning;

/** The entityIDs of so many SPs. */
export const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `https://sp${from + index}.example.org/sp`);

export const known = (library: MetadataLibrary): string[] =>
  library.serviceProviders.list().map(({ entityId }) => entityId);

/** A federation that serves its aggregate at an address, and libraries that read it there. */
export type FederationRig = {
  readonly folder: string;
  readonly clock: FixedClock;
  readonly server: RawServer;
  /** Takes documents in without a process of its own, which has tests of its own. */
  openLibrary(differences?: Partial<MetadataSource>, options?: Partial<MetadataLibraryOptions>): MetadataLibrary;
  /** From now on the aggregate holds these SPs. */
  serve(entityIds: readonly string[], headers?: Record<string, string>, key?: typeof signer): Promise<void>;
};

/** Closed after the test. */
export const opened: MetadataLibrary[] = [];

/** Closes what the rigs of a test opened; call it once in a test file. */
export function closeLibraries(): void {
  afterEach(async () => {
    for (const library of opened.splice(0)) await library.close();
  });
}

export async function openFederation(): Promise<FederationRig> {
  const folder = await temporaryFolder();
  const clock = fixedClock();
  const server = await startRawServer('');
  return {
    folder,
    clock,
    server,
    openLibrary(differences = {}, options = {}) {
      const trust = { signers: [{ pem: signer.certificatePem }], unsigned: false, ...differences };
      const sources = [madeSource('federation', { kind: 'url', url: server.url }, trust)];
      const cache = join(folder, 'cache');
      const library = createMetadataLibrary({ sources, cache, ownEntityId, clock, intake: runIntake, ...options });
      opened.push(library);
      return library;
    },
    async serve(entityIds, headers = {}, key = signer) {
      const document = await signed(madeAggregate(entityIds, { validUntil: clock() + 15 * day }), key);
      server.answer = answerOf(document, { 'Content-Type': 'application/samlmetadata+xml', ...headers });
    },
  };
}
