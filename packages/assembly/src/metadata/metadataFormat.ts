import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { LoadedMetadata } from '@gakumon/metadata';

const formatVersion = 1;

/** What is sealed under a name. */
type Content = Omit<LoadedMetadata, 'name'>;

/** As it is sealed: a line of JSON, then the document, compressed: it is fetched by each node. */
export async function encodeMetadata({ xml, ...facts }: Content): Promise<Buffer> {
  const head = Buffer.from(`${JSON.stringify({ version: formatVersion, ...facts })}\n`, 'utf8');
  return Buffer.concat([head, await promisify(deflate)(xml)]);
}

/** @throws RangeError when a newer release wrote it. It must come out of a seal: nothing else is looked at. */
export async function decodeMetadata(octets: Buffer): Promise<Content> {
  const end = octets.indexOf('\n');
  const { version, loadedAt } = JSON.parse(octets.toString('utf8', 0, end));
  if (version !== formatVersion) throw new RangeError(`version ${version} of the format is not known here`);
  return { xml: await promisify(inflate)(octets.subarray(end + 1)), loadedAt };
}
