import type { Clock } from '@gakumon/terms';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { ServiceProviderAnswer, ServiceProviderSummary } from '../serviceProviders.ts';
import { type Candidate, hasEnded, type InForce, type Teller } from './inForce.ts';
import type { OpenedCopy } from './openCopy.ts';
import { createCandidateReader } from './readCandidates.ts';

/** Answers questions from whatever is in force when they are asked. */
export type Answers = {
  ask(entityId: string): Promise<ServiceProviderAnswer>;
  find(entityId: string): Promise<ServiceProvider | undefined>;
  listWords(entityId: string): readonly ServiceProviderSummary[];
  /** What was odd about those that were read. */
  warnings(): readonly MetadataWarning[];
  /** How many were read from the disk so far. */
  reads(): number;
};

/** What one teller says: an answer, `pass` when it knows nothing of it, or why nobody who is trusted less is asked. */
type Word =
  | { readonly kind: 'answer'; readonly answer: ServiceProviderAnswer }
  | { readonly kind: 'pass' }
  | { readonly kind: 'end'; readonly why: string };

const pass: Word = { kind: 'pass' };

/**
 * Asks the sources in their order. A source that knows the entity ends the question, also when it is no service provider
 * there, or its own end has come: what a more trusted source has taken back, a less trusted one does not give. Only
 * a document whose whole end has come is as if it were not there. When a source can't tell, nobody else is asked: who
 * keeps it from answering must not choose who does.
 * @param suspect told of a copy that turned out to be damaged
 */
export function answerFrom(inForce: () => InForce, clock: Clock, suspect: (copy: OpenedCopy) => void): Answers {
  const reader = createCandidateReader(suspect);
  const isPast = (validUntil: number | undefined): boolean => validUntil !== undefined && validUntil <= clock();

  let last: InForce | undefined;
  function look(): InForce {
    const now = inForce();
    if (now !== last) reader.forget(now.isInForce);
    last = now;
    return now;
  }

  function hear(candidate: Candidate): Word {
    const { copy, entity, summary } = candidate;
    const { source } = summary;
    if (hasEnded(copy, clock())) return pass;
    if (!entity.isServiceProvider) return end(`${source} tells of it, and of no service provider that can be answered`);
    if (isPast(summary.validUntil)) return end(`${source} counts, where its end has come`);
    const read = reader.read(candidate);
    if (read === 'damaged')
      return { kind: 'answer', answer: { kind: 'undecided', why: `the copy of ${source} is damaged` } };
    if (read === undefined) return end(`${source} counts, and what it tells can't be used`);
    if (isPast(read.validUntil)) return end(`${source} counts, where its end has come`);
    return { kind: 'answer', answer: { kind: 'found', serviceProvider: read } };
  }

  async function inquire({ mdq, source }: Extract<Teller, { kind: 'mdq' }>, entityId: string, isTold: boolean) {
    const told = await mdq.ask(entityId, isTold);
    if (told.kind === 'absent') return pass;
    if (told.kind === 'unusable') return end(`${source}: ${told.why}`);
    if (told.kind === 'found' && isPast(told.serviceProvider.validUntil)) return end(`${source}: its end has come`);
    const answer =
      told.kind === 'found' ? told : { ...told, kind: 'undecided' as const, why: `${source}: ${told.why}` };
    return { kind: 'answer', answer } satisfies Word;
  }

  async function ask(entityId: string): Promise<ServiceProviderAnswer> {
    const asked = look();
    const tellers = asked.tellersOf(entityId);
    const isTold = tellers.some((teller) => teller.kind === 'document' && teller.candidate.entity.isServiceProvider);
    let ended: { readonly place: number; readonly why: string } | undefined;
    for (const teller of tellers) {
      // Within one source nobody is trusted less than another.
      if (ended !== undefined && teller.place > ended.place) break;
      const word: Word = teller.kind === 'mdq' ? await inquire(teller, entityId, isTold) : hear(teller.candidate);
      const isFound = word.kind === 'answer' && word.answer.kind === 'found';
      // Meanwhile others may have come into force, and the copies of before are closed. The servers remember.
      if (teller.kind === 'mdq' && !isFound && inForce() !== asked) return ask(entityId);
      if (word.kind === 'answer') return word.answer;
      if (word.kind === 'end') ended ??= { place: teller.place, why: word.why };
    }
    return { kind: 'unknown', why: ended?.why };
  }

  return {
    ask,
    find: async (entityId) => {
      const told = await ask(entityId);
      return told.kind === 'found' ? told.serviceProvider : undefined;
    },
    listWords: (entityId) =>
      inForce()
        .tellersOf(entityId)
        .flatMap((teller) =>
          teller.kind === 'document'
            ? teller.candidate.summary
            : teller.mdq.list().filter((summary) => summary.entityId === entityId),
        ),
    reads: reader.reads,
    warnings: () => reader.warnings((copy) => inForce().isInForce(copy)),
  };
}

const end = (why: string): Word => ({ kind: 'end', why });
