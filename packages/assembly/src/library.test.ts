import { createServer } from 'node:http';
import { join } from 'node:path';
import { createMetadataLibrary, type MetadataLibrary, type MetadataSource, noFilter } from '@gakumon/metadata';
import { toEntityId } from '@gakumon/terms';
import { pretendSp, temporaryFolder } from '@gakumon/testkit';
import { afterEach, expect, test } from '@jest/globals';
import { reportFormerMetadata, startLibrary } from './library.ts';
import type { Notice } from './notice.ts';

test('metadata of an earlier version is told of by its names, and nothing is said when there is none', async () => {
  const notices: Notice[] = [];
  const report = (notice: Notice): void => void notices.push(notice);
  await reportFormerMetadata({ listFormerMetadata: async () => [] }, report);
  expect(notices).toEqual([]);
  await reportFormerMetadata({ listFormerMetadata: async () => ['a', 'b'] }, report);
  expect(notices).toEqual([
    {
      level: 'warn',
      message: 'metadata is not in force',
      fields: { sources: 'a, b', reason: expect.stringContaining('gakumon metadata load') },
    },
  ]);
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A federation at an address, which answers or keeps silent. */
async function serve(document: string | undefined): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/samlmetadata+xml');
    if (document !== undefined) response.end(document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

async function libraryOf(url: string, cache: string): Promise<MetadataLibrary> {
  const source: MetadataSource = {
    name: 'federation',
    origin: { kind: 'url', url },
    signers: [],
    unsigned: true,
    allowSha1: false,
    maxValidity: undefined,
    filter: noFilter,
    mayAssert: [],
    refresh: 3_600_000,
    guard: { mostLost: 0.1 },
  };
  const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
  const library = createMetadataLibrary({ sources: [source], cache, ownEntityId, clock: Date.now });
  opened.unshift(library);
  return library;
}

test('a start waits for metadata of which there is no copy', async () => {
  const cache = join(await temporaryFolder(), 'cache');
  const entityId = 'https://sp.example.org/sp';
  const library = await libraryOf(await serve(pretendSp({ entityId }).metadata()), cache);
  await startLibrary(library, () => {}, new AbortController().signal);
  expect(library.serviceProviders.list()).toMatchObject([{ entityId }]);
});

test('a start that is broken off waits no longer for a federation that keeps silent', async () => {
  const library = await libraryOf(await serve(undefined), join(await temporaryFolder(), 'cache'));
  const stopping = new AbortController();
  const started = startLibrary(library, () => {}, stopping.signal);
  stopping.abort();
  await started;
  expect(library.sources()).toMatchObject([{ isBusy: true, serviceProviders: 0 }]);
});
