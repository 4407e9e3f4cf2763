import type { MetadataLibrary } from '@gakumon/metadata';
import { count as counted } from '../count.ts';
import type { Finding } from './finding.ts';

const mostWarnings = 10;

/** How each source of metadata stands, and what is odd. */
export function describeLibrary(library: MetadataLibrary): Finding[] {
  const sources = library.sources().flatMap(({ name, serviceProviders, problem }): Finding[] => {
    const count = `${name}: ${counted(serviceProviders.length, 'service provider')}`;
    if (problem === undefined) return [{ level: 'ok', about: 'metadata', message: count }];
    return [{ level: 'fail', about: 'metadata', message: `${name}: ${problem}` }];
  });
  const problems = new Set(library.sources().map(({ problem }) => problem));
  const warnings = library.warnings().filter(({ message }) => !problems.has(message));
  const shown = warnings.slice(0, mostWarnings).map(
    ({ source, entityId, message }): Finding => ({
      level: 'warn',
      about: 'metadata',
      message: [source, entityId, message].filter(Boolean).join(': '),
    }),
  );
  const more = warnings.length - shown.length;
  if (more > 0) shown.push({ level: 'warn', about: 'metadata', message: `and ${more} more` });
  if (library.serviceProviders.list().length === 0) {
    const hint = 'put a file into the folder of a source, or: gakumon metadata load FILE';
    shown.push({ level: 'warn', about: 'metadata', message: 'no service provider is known', hint });
  }
  return [...sources, ...shown];
}
