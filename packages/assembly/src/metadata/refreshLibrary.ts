import { isOfFetch, type MetadataLibrary, type MetadataWarning, type SourceState } from '@gakumon/metadata';
import type { Notice, Report } from '../notice.ts';

/** How many service providers there were: to count them every second costs too much. */
const lastTold = new WeakMap<MetadataLibrary, number>();

/** Looks for changes, and tells what is odd or well again. Never rejects: what is broken leaves the last good one in force. */
export async function refreshLibrary(library: MetadataLibrary, report: Report): Promise<void> {
  const earlier = library.sources();
  const { changed, warnings } = await library.refresh();
  const after = library.sources();
  for (const warning of warnings) report(noticeOf(warning, after));
  for (const notice of listWell(earlier, after)) report(notice);
  if (!changed) return;
  for (const notice of listTaken(earlier, after)) report(notice);
  const serviceProviders = library.serviceProviders.list().length;
  const before = lastTold.get(library);
  lastTold.set(library, serviceProviders);
  const fields = { serviceProviders, ...(before === undefined ? {} : { before }) };
  report({ level: 'info', message: 'metadata in force', fields });
}

function noticeOf({ source, entityId, message }: MetadataWarning, states: readonly SourceState[]): Notice {
  const state = entityId === undefined ? states.find(({ name }) => name === source) : undefined;
  const tell = (what: string, todo: string): Notice => ({
    level: 'warn',
    message: what,
    fields: { source, reason: message, todo },
  });
  if (state?.held.some(({ reason }) => message.includes(reason))) {
    return tell(
      'metadata is held back',
      `gakumon metadata diff ${source}; when it is right: gakumon metadata refresh ${source} --accept`,
    );
  }
  if (state !== undefined && message === state.problem) {
    const what = isOfFetch(message) ? 'metadata cannot be fetched' : 'metadata is refused';
    return tell(what, state.hint ?? 'gakumon metadata sources');
  }
  const about = entityId === undefined ? {} : { entityId };
  return { level: 'warn', message: 'metadata', fields: { source, ...about, reason: message } };
}

const isBroken = ({ problem, held }: SourceState): boolean => problem !== undefined || held.length > 0;

function listWell(before: readonly SourceState[], after: readonly SourceState[]): readonly Notice[] {
  const broken = new Set(after.filter(isBroken).map(({ name }) => name));
  return before
    .filter((state) => isBroken(state) && !broken.has(state.name))
    .map(({ name }) => ({ level: 'info', message: 'metadata source is well again', fields: { source: name } }));
}

/** What was held back and is in force now, since an operator took it. */
function listTaken(before: readonly SourceState[], after: readonly SourceState[]): readonly Notice[] {
  const inForce = new Set(after.flatMap(({ documents }) => documents.map(({ current }) => current?.sha256)));
  return before.flatMap(({ name, held }) =>
    held
      .filter(({ sha256 }) => inForce.has(sha256))
      .map(({ sha256 }) => ({
        level: 'info',
        message: 'metadata that was held back is taken',
        fields: { source: name, sha256 },
      })),
  );
}
