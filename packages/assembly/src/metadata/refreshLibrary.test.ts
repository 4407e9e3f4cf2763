import type { MetadataLibrary, MetadataWarning, SourceState } from '@gakumon/metadata';
import { expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { refreshLibrary } from './refreshLibrary.ts';

const sourceOf = (facts: Partial<SourceState>): SourceState =>
  ({ name: 'federation', held: [], documents: [], ...facts }) as unknown as SourceState;
const heldOne = { sha256: 'ab', reason: '9 of 10 are gone', since: 0, lost: [], directory: '' };

/** What is told when a library goes from one state to another. */
async function tellChange(
  before: Partial<SourceState>,
  after: Partial<SourceState>,
  messages: readonly Partial<MetadataWarning>[] = [],
  changed = false,
): Promise<readonly Notice[]> {
  let state = sourceOf(before);
  const library = {
    sources: () => [state],
    serviceProviders: { list: () => (state.entities === undefined ? [] : Array(state.entities).fill({})) },
    refresh: async () => {
      state = sourceOf(after);
      const warnings = messages.map((one) => ({ source: 'federation', entityId: undefined, message: '', ...one }));
      return { changed, warnings };
    },
  } as unknown as MetadataLibrary;
  const notices: Notice[] = [];
  if (changed) await refreshLibrary(library, () => {});
  state = sourceOf(before);
  await refreshLibrary(library, (notice) => notices.push(notice));
  return notices;
}

test('what cannot be fetched, what is refused and what is held back are told as such, with what to do', async () => {
  const away = 'https://fed.example/: metadata-fetch: refused';
  expect(await tellChange({}, { problem: away }, [{ message: away }])).toEqual([
    {
      level: 'warn',
      message: 'metadata cannot be fetched',
      fields: { source: 'federation', reason: away, todo: 'gakumon metadata sources' },
    },
  ]);
  const bad = 'https://fed.example/: metadata-signature: changed';
  expect(await tellChange({}, { problem: bad, hint: 'download it again' }, [{ message: bad }])).toMatchObject([
    { message: 'metadata is refused', fields: { todo: 'download it again' } },
  ]);
  const held = 'held back: 9 of 10 are gone';
  expect(await tellChange({ problem: away }, { held: [heldOne] }, [{ message: held }])).toMatchObject([
    {
      message: 'metadata is held back',
      fields: { reason: held, todo: expect.stringContaining('metadata diff federation') },
    },
  ]);
});

test('an oddity of an entity names it, and one of a source has no empty name', async () => {
  const told = await tellChange({}, {}, [{ entityId: 'urn:a', message: 'odd' }, { message: 'odd too' }]);
  expect(told.map(({ fields }) => fields)).toEqual([
    { source: 'federation', entityId: 'urn:a', reason: 'odd' },
    { source: 'federation', reason: 'odd too' },
  ]);
});

test('what an operator takes is told, with the counts before and after', async () => {
  const current = { sha256: 'ab', directory: '' };
  const documents = [{ current }] as unknown as SourceState['documents'];
  expect(await tellChange({ held: [heldOne], entities: 10 }, { documents, entities: 1 }, [], true)).toEqual([
    { level: 'info', message: 'metadata source is well again', fields: { source: 'federation' } },
    {
      level: 'info',
      message: 'metadata that was held back is taken',
      fields: { source: 'federation', sha256: 'ab' },
    },
    { level: 'info', message: 'metadata in force', fields: { serviceProviders: 1, before: 1 } },
  ]);
});
