import { join } from 'node:path';
import type { DocumentFacts } from '../index/metadataIndex.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import type { CopyReference } from './copies/slotState.ts';
import type { DocumentStanding } from './keepDocument.ts';
import type { OpenedCopy } from './openCopy.ts';
import type { SourcePart } from './readers/sourceReader.ts';

/** A copy on the disk, to be looked into with openReadableCopy. */
export type StoredCopy = {
  readonly directory: string;
  /** SHA-256 of the document as it came, lower-case hex. */
  readonly sha256: string;
};

/** A document that the guard holds back. */
export type HeldDocument = StoredCopy & {
  readonly reason: string;
  /** Milliseconds. */
  readonly since: number;
  /** The entityIDs that it no longer has, those in use first; not all of a great many. */
  readonly lost: readonly string[];
};

/** How one document stands. Times in milliseconds. */
export type DocumentState = {
  /** Its path or address. */
  readonly label: string;
  /** What is known of the one in force. */
  readonly facts: DocumentFacts | undefined;
  readonly current: StoredCopy | undefined;
  /** The one that was in force before. */
  readonly previous: StoredCopy | undefined;
  readonly held: HeldDocument | undefined;
  readonly checkedAt: number | undefined;
  readonly problem: string | undefined;
};

/** How a source stands, for `check`, the log and the probes. Times in milliseconds. */
export type SourceState = {
  readonly name: string;
  /** `loaded`: a document that an operator loaded by hand; `records`: the place of all of these. */
  readonly kind: MetadataSource['origin']['kind'] | 'loaded' | 'records';
  /** Its definition; of a loaded document, how it is read. */
  readonly source: MetadataSource;
  /** When an operator loaded it, or its definition, by hand. */
  readonly loadedAt: number | undefined;
  readonly documents: readonly DocumentState[];
  /** In force; of an MDQ source those that were asked for. */
  readonly serviceProviders: number;
  readonly identityProviders: number;
  readonly entities: number;
  /** When the newest document in force was accepted. */
  readonly acceptedAt: number | undefined;
  /** When its origin was last asked. */
  readonly checkedAt: number | undefined;
  /** Of its documents the one that ends first. */
  readonly validUntil: number | undefined;
  /** When it is asked again; undefined: when it changes, or when somebody asks for an entity. */
  readonly nextAt: number | undefined;
  /** Why its newest content is not in force; undefined when it is. */
  readonly problem: string | undefined;
  /** What an operator can do about that. */
  readonly hint: string | undefined;
  readonly held: readonly HeldDocument[];
  /** Whether an intake runs. */
  readonly isBusy: boolean;
  readonly warnings: readonly MetadataWarning[];
};

/** Whether a problem is that the origin could not be asked, so that nothing is known of a document. */
export const isOfFetch = (problem: string): boolean => /\bmetadata-fetch: /.test(problem);

export function stateOf(part: SourcePart): SourceState {
  const { source, documents, mdq, loadedAt } = part;
  const copies = documents.flatMap(({ copy }) => copy ?? []);
  const counts = copies.map(countsOf);
  const problems = [part.problem, mdq?.state().problem, ...documents.map(({ problem }) => problem)].filter(
    (problem) => problem !== undefined,
  );
  const states = documents.map(documentStateOf);
  return {
    name: source.name,
    kind: kindOf(part),
    source,
    loadedAt,
    documents: states,
    serviceProviders: sum(counts.map((one) => one.serviceProviders)) + (mdq?.list().length ?? 0),
    identityProviders: sum(counts.map((one) => one.identityProviders)),
    entities: sum(counts.map((one) => one.entities)),
    acceptedAt: latest(copies.map(({ index }) => index.facts.acceptedAt)),
    checkedAt: latest([...states.map(({ checkedAt }) => checkedAt), mdq?.state().answeredAt]),
    validUntil: first(copies.map(({ index }) => index.facts.validUntil)),
    nextAt: first(documents.map(({ nextAt }) => nextAt)),
    problem: problems.length === 0 ? undefined : problems.map(({ message }) => message).join('; '),
    hint: problems.find(({ hint }) => hint !== undefined)?.hint,
    held: states.flatMap(({ held }) => held ?? []),
    isBusy: documents.some((one) => one.isBusy),
    warnings: [...oddityOf(part), ...heldWarnings(source.name, states), ...indexWarnings(source.name, documents)],
  };
}

type Counts = Pick<SourceState, 'serviceProviders' | 'identityProviders' | 'entities'>;

const countsOfCopy = new WeakMap<OpenedCopy, Counts>();

/** Once for each copy: this is asked for every second. */
function countsOf(copy: OpenedCopy): Counts {
  const { entities } = copy.index;
  const counts = countsOfCopy.get(copy) ?? {
    serviceProviders: entities.filter((one) => one.isServiceProvider).length,
    identityProviders: entities.filter((one) => one.isIdentityProvider).length,
    entities: entities.length,
  };
  countsOfCopy.set(copy, counts);
  return counts;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function kindOf({ source, isRecord }: SourcePart): SourceState['kind'] {
  return isRecord ?? source.origin.kind;
}

function documentStateOf({ label, slot, state, copy, problem }: DocumentStanding): DocumentState {
  const stored = (reference: CopyReference | undefined): StoredCopy | undefined =>
    reference && { directory: join(slot.directory, reference.directory), sha256: reference.sha256 };
  const { held } = state;
  const heldCopy = stored(held);
  return {
    label,
    facts: copy?.index.facts,
    current: stored(copy?.reference),
    previous: stored(state.previous),
    held: held && heldCopy && { ...heldCopy, reason: held.reason, since: held.since, lost: held.lost },
    checkedAt: state.checkedAt,
    problem: problem?.message,
  };
}

const oddityOf = ({ source: { name }, oddity }: SourcePart): readonly MetadataWarning[] =>
  oddity === undefined ? [] : [{ source: name, entityId: undefined, message: oddity }];

function heldWarnings(source: string, states: readonly DocumentState[]): readonly MetadataWarning[] {
  return states.flatMap(({ held, label }) => {
    if (held === undefined) return [];
    const message = `a new document is held back, and the one before it serves on: ${held.reason} (${label})`;
    return [{ source, entityId: undefined, message }];
  });
}

function indexWarnings(source: string, documents: readonly DocumentStanding[]): readonly MetadataWarning[] {
  return documents.flatMap(({ copy }) => (copy?.index.warnings ?? []).map((warning) => ({ source, ...warning })));
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function first(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
