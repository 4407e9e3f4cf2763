import {
  attributeValueText,
  computeId,
  identifierDigest,
  isStoredGenerator,
  makePersistentId,
  type NamingContext,
  namingAttributes,
  type ResolutionContext,
  resolveAttributes,
  sourceDigest,
} from '@gakumon/attributes';
import type { Directory } from '@gakumon/directory';
import type { FoundIdentifier, Idp, IssuedIdentifier } from '@gakumon/idp';
import type { EntityId, Person, Username } from '@gakumon/terms';
import { listPeople } from './listPeople.ts';

export type TraceOptions = {
  /** In the order in which they are asked. */
  readonly directories: readonly Directory[];
  readonly context: NamingContext;
  /** What named somebody who left leads to nobody else, whoever has the login name or the number by now. */
  readonly isBlocked: Idp['isBlocked'];
  /** Where the identifier was seen; undefined: only those are tried that are the same at every SP. */
  readonly serviceProvider: EntityId | undefined;
  readonly value: string;
  /** Told how many people were tried. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What became of a trace. */
export type Traced = {
  readonly found: readonly (FoundIdentifier & { readonly directory: string })[];
  readonly tried: number;
  /** Directories that cannot list their people, so that an identifier may be of one of theirs. */
  readonly unlisted: readonly string[];
};

/**
 * Finds whom an identifier would name, by making it anew for every person that the directories list. First from login
 * names alone, which takes no look at anybody; then from what the directories tell of each person.
 * @throws GakumonError `directory-unavailable`, `source-unavailable`; what `signal` was aborted with
 */
export async function traceByComputing(options: TraceOptions): Promise<Traced> {
  const { directories, onProgress } = options;
  const unlisted = directories.filter(({ listUsernames }) => listUsernames === undefined).map(({ name }) => name);
  let tried = 0;
  for (const attempt of [attemptByName(options), attemptByPerson(options)]) {
    let done = 0;
    for await (const { directory, username } of listPeople(directories)) {
      options.signal?.throwIfAborted();
      done += 1;
      onProgress?.(done);
      tried = Math.max(tried, done);
      const found = await attempt(directory, username);
      if (found !== undefined) return { found: [found], tried, unlisted };
    }
  }
  return { found: [], tried, unlisted };
}

type Attempt = (
  directory: Directory,
  username: Username,
) => Promise<Traced['found'][number] | undefined> | Traced['found'][number] | undefined;

const never: Attempt = () => undefined;

/** What is computed from login names. Tens of thousands take a second. */
function attemptByName({ context, isBlocked, serviceProvider, value }: TraceOptions): Attempt {
  if (serviceProvider === undefined) return never;
  const { targetedId, pairwiseId, persistent } = context.generators;
  const ways = (
    [
      ['eduPersonTargetedID', targetedId],
      ['persistent', persistent],
      ['pairwise-id', pairwiseId],
    ] as const
  ).flatMap(([kind, generator]) =>
    generator === undefined || isStoredGenerator(generator) || generator.source !== 'username'
      ? []
      : [{ kind, generator: kind === 'pairwise-id' ? ({ ...generator, encoding: 'base32' } as const) : generator }],
  );
  const [bare = value] = value.split('@');
  return ({ name }, username) => {
    for (const { kind, generator } of ways) {
      const made = computeId(generator, serviceProvider, username);
      const isSame = kind === 'pairwise-id' ? made === bare.toUpperCase() : made === value;
      if (isSame && !isBlocked(sourceDigest('username', username), username))
        return { username, directory: name, serviceProvider, kind, by: 'computed', ...unseen };
    }
    return undefined;
  };
}

const unseen = { firstAt: undefined, lastAt: undefined } as const;

/** What is made of everything that is known of a person; a person who is gone meanwhile is passed over. */
function attemptByPerson(options: TraceOptions): Attempt {
  // Without an SP only what looks like such an identifier is worth a look at everybody
  if (options.serviceProvider === undefined && !options.value.includes('@')) return never;
  return async (directory, username) => {
    const person = await directory.find(username);
    const kind = person && findKind(person, options);
    if (kind === undefined) return undefined;
    const isEverywhere = (namingAttributes as readonly string[]).includes(kind);
    const serviceProvider = isEverywhere ? undefined : options.serviceProvider;
    const by = isEverywhere ? 'named' : 'computed';
    return { username, directory: directory.name, serviceProvider, kind, by, ...unseen };
  };
}

type Kind = IssuedIdentifier['kind'];

function findKind(person: Person, { context, isBlocked, serviceProvider, value }: TraceOptions): Kind | undefined {
  const full = {
    ...computing(context),
    serviceProvider: { entityId: serviceProvider ?? context.entityId },
    isBlocked: (digest: string) => isBlocked(digest, person.username),
  };
  const resolution = resolveAttributes(person, full);
  const { resolved } = resolution;
  const kinds: readonly Kind[] = [
    ...namingAttributes,
    ...(serviceProvider === undefined ? [] : (['eduPersonTargetedID', 'pairwise-id'] as const)),
  ];
  const isSame = (kind: Kind, made: string): boolean => identifierDigest(kind, made) === identifierDigest(kind, value);
  const found = kinds.find((kind) =>
    resolved
      .find(({ definition }) => definition.id === kind)
      ?.values.some((one) => isSame(kind, one.kind === 'nameId' ? one.value : attributeValueText(one))),
  );
  if (found !== undefined || serviceProvider === undefined) return found;
  const made = makePersistentId(resolution, full);
  return made !== undefined && isSame('persistent', made) ? 'persistent' : undefined;
}

/** Stored identifiers are in the records, and nowhere else. */
function computing(context: TraceOptions['context']): TraceOptions['context'] {
  const only = <G extends ResolutionContext['generators'][keyof ResolutionContext['generators']]>(generator: G) =>
    isStoredGenerator(generator) ? undefined : generator;
  const { targetedId, pairwiseId, persistent } = context.generators;
  const generators = { targetedId: only(targetedId), pairwiseId: only(pairwiseId), persistent: only(persistent) };
  return { ...context, generators };
}
