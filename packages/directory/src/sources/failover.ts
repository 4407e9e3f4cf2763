import { sourceAway, wordsOf } from './refusal.ts';
import type { SourceReport } from './report.ts';

/** One of several places that know the same. */
export type Endpoint<T> = {
  /** What the operator knows it by. */
  readonly name: string;
  /** @param within milliseconds; it throws when they are over */
  readonly ask: (key: string, within: number) => Promise<T>;
};

export type FailoverOptions = {
  /** Of the source. */
  readonly name: string;
  /** For the whole of a question, milliseconds. */
  readonly timeout: number;
  readonly report: SourceReport;
  /** Milliseconds, from anywhere; it never goes back. */
  readonly now?: () => number;
};

export type Failover<T> = {
  /** @throws GakumonError `source-unavailable` with the reason of each */
  readonly ask: (key: string) => Promise<T>;
  /**
   * Asks every one.
   * @returns what is amiss with those that do not answer, when one does
   * @throws GakumonError `source-unavailable` when none does
   */
  readonly check: (key: string) => Promise<readonly string[]>;
};

/** So long one that failed is asked only when no other answers, milliseconds. */
const restMs = 30_000;

/**
 * Asks the first that answers, in their order. One that failed stands behind the others for half a minute, so that its
 * silence holds up a few people only; with what is left of the time each one has a fair share.
 */
export function createFailover<T>(endpoints: readonly Endpoint<T>[], options: FailoverOptions): Failover<T> {
  const { name, timeout, report, now = () => performance.now() } = options;
  const failedAt = new Map<Endpoint<T>, number>();

  const isResting = (endpoint: Endpoint<T>): boolean => now() - (failedAt.get(endpoint) ?? -restMs) < restMs;
  const inOrder = (): readonly Endpoint<T>[] => [
    ...endpoints.filter((endpoint) => !isResting(endpoint)),
    ...endpoints.filter(isResting),
  ];

  function noteAnswer(endpoint: Endpoint<T>): void {
    if (!failedAt.delete(endpoint)) return;
    report({ level: 'info', message: 'a source of attributes answers again', fields: fieldsOf(endpoint) });
  }
  function noteFailure(endpoint: Endpoint<T>, error: unknown): string {
    const reason = wordsOf(error);
    if (!failedAt.has(endpoint)) {
      const fields = { ...fieldsOf(endpoint), reason };
      report({ level: 'warn', message: 'a source of attributes does not answer', fields });
    }
    failedAt.set(endpoint, now());
    return `${endpoint.name}: ${reason}`;
  }
  const fieldsOf = (endpoint: Endpoint<T>) => ({ source: name, place: endpoint.name });

  async function askOne(endpoint: Endpoint<T>, key: string, share: number): Promise<T> {
    const answer = await endpoint.ask(key, share);
    noteAnswer(endpoint);
    return answer;
  }

  return {
    async ask(key) {
      const end = now() + timeout;
      const order = inOrder();
      const troubles: string[] = [];
      for (const [index, endpoint] of order.entries()) {
        const share = Math.max(1, Math.ceil((end - now()) / (order.length - index)));
        try {
          return await askOne(endpoint, key, share);
        } catch (error) {
          troubles.push(noteFailure(endpoint, error));
        }
      }
      throw sourceAway(name, troubles.join('; '));
    },
    async check(key) {
      const answers = await Promise.allSettled(endpoints.map((endpoint) => askOne(endpoint, key, timeout)));
      const troubles = answers.flatMap((answer, index) => {
        const endpoint = endpoints[index];
        return answer.status === 'rejected' && endpoint ? [noteFailure(endpoint, answer.reason)] : [];
      });
      if (troubles.length === endpoints.length) throw sourceAway(name, troubles.join('; '));
      return troubles;
    },
  };
}
