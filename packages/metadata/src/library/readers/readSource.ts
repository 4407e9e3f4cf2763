import type { MetadataSource } from '../../sources/source.ts';
import { originOfFile, originOfUrl } from '../documentOrigin.ts';
import { readDirectory } from './readDirectory.ts';
import { type ReadingRoom, readOneDocument } from './readDocument.ts';
import { readMdq } from './readMdq.ts';
import type { SourceReader } from './sourceReader.ts';

/**
 * Makes the reader of a source. Nothing is read yet.
 * @param loadedAt when an operator loaded its definition by hand, milliseconds
 */
export function readSource(source: MetadataSource, shared: ReadingRoom, loadedAt?: number): SourceReader {
  const { origin } = source;
  if (origin.kind === 'file') return readOneDocument(source, originOfFile(origin.path), shared, loadedAt);
  if (origin.kind === 'directory') return readDirectory(source, origin.path, shared);
  if (origin.kind === 'url') return readOneDocument(source, originOfUrl(origin.url), shared, loadedAt);
  return readMdq(source, shared, loadedAt);
}
