import { policyQuestion } from '@gakumon/idp';
import type { StepUpPolicy } from '@gakumon/mfa';
import { authnContexts, type Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { readConfig } from '../withConfig.ts';
import { answerText } from './answerText.ts';
import { describeAnswer } from './describeAnswer.ts';
import { explainVisit } from './explainVisit.ts';
import { findParties } from './findParties.ts';
import { listWould } from './would.ts';

/** What an operator wants explained. */
export type Wish = {
  readonly username: Username;
  /** Undefined: the pages about oneself. */
  readonly entityId: string | undefined;
  readonly address: string;
  /** Milliseconds. */
  readonly now: number;
  /** The AuthnContext classes that the service asks for. */
  readonly contexts: readonly string[];
  /** How long ago everything in the session was proved, milliseconds; undefined: there is no session. */
  readonly lastProof: number | undefined;
  readonly isNewBrowser: boolean;
  readonly isNewNetwork: boolean;
  /** A policy.yaml to try out. */
  readonly draft: string | undefined;
};

/**
 * Says what would be asked of somebody, for scripts and for reading.
 * @throws GakumonError as `findParties`
 */
export async function explainWish(
  context: CliContext,
  wish: Wish,
): Promise<{ readonly described: ReturnType<typeof describeAnswer>; readonly text: string }> {
  const parties = await findParties(context, await readConfig(context), wish);
  const { policy, source, authenticators } = parties;
  warnOfContexts(context, policy, wish.contexts);
  for (const message of parties.strangers) context.terminal.say('warning', message);
  const question = policyQuestion(policy, {
    ...wish,
    ...parties,
    attributeConsumingServiceIndex: undefined,
    firstProofAt: wish.lastProof === undefined ? undefined : wish.now - wish.lastProof,
  });
  const visit = { policy, question, authenticators, isDisabled: parties.person.account.closed !== undefined };
  const answer = explainVisit(visit);
  const would = listWould(visit, answer);
  return {
    described: describeAnswer(visit, answer, would),
    text: answerText(visit, answer, would, source),
  };
}

/** A class that nobody has heard of is mistyped, most of the time. */
function warnOfContexts({ terminal }: CliContext, { contexts }: StepUpPolicy, wished: readonly string[]): void {
  const asserted = contexts.map(({ uri }) => uri);
  const known: readonly string[] = [...asserted, ...Object.values(authnContexts)];
  for (const uri of wished.filter((one) => !known.includes(one))) {
    terminal.say('warning', `--context ${uri}: unknown class; known here are ${asserted.join(', ')}`);
  }
}
