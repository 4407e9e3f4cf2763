import type { MetadataLibrary } from '@gakumon/metadata';
import { judgeSource } from '../metadata/judgeSource.ts';
import { plain } from '../plain.ts';
import type { Finding } from './finding.ts';

const mostWarnings = 10;

/** How each source of metadata stands, what will go wrong with it, and what is odd. @param now milliseconds */
export function describeLibrary(library: MetadataLibrary, now: number): Finding[] {
  const sources = library.sources();
  const judged = sources.flatMap((source): Finding[] => judgeSource(source, now));
  const told = new Set(
    sources.flatMap(({ problem, warnings }) => [problem, ...warnings.filter(isHeld).map(messageOf)]),
  );
  const warnings = library.warnings().filter(({ message }) => !told.has(message));
  const shown = warnings.slice(0, mostWarnings).map(
    ({ source, entityId, message }): Finding => ({
      level: 'warn',
      about: 'metadata',
      message: plain([source, entityId, message].filter(Boolean).join(': ')),
    }),
  );
  const more = warnings.length - shown.length;
  if (more > 0) shown.push({ level: 'warn', about: 'metadata', message: `and ${more} more` });
  const hasSome = library.sources().some(({ serviceProviders }) => serviceProviders > 0);
  if (!hasSome && library.serviceProviders.list().length === 0) {
    const hint = 'put a file into the folder of a source, or: gakumon metadata load FILE';
    shown.push({ level: 'warn', about: 'metadata', message: 'no service provider is known', hint });
  }
  return [...judged, ...shown];
}

type Warning = ReturnType<MetadataLibrary['warnings']>[number];
const messageOf = ({ message }: Warning): string => message;
const isHeld = ({ message }: Warning): boolean => message.startsWith('a new document is held back');
