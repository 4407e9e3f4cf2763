import { type Config, type PolicyCase, parsePolicyCases, readDocumentText } from '@gakumon/config';
import { normaliseUsername } from '@gakumon/directory';
import { policyQuestion } from '@gakumon/idp';
import type { ServiceProvider } from '@gakumon/metadata';
import { isGakumonError, type Person, type Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { readConfig, withMetadataLibrary } from '../withConfig.ts';
import { type OpenedPeople, withPeopleOf } from '../withPeople.ts';
import { withSealedRecords } from '../withSealedRecords.ts';
import { explainVisit } from './explainVisit.ts';
import { requireServiceProvider } from './findParties.ts';
import { type FoundPolicy, readPolicy, requirePerson } from './ground.ts';
import { listMeans } from './means.ts';

/** What became of one case. */
export type CaseResult = {
  readonly name: string;
  /** Where it stands in the table. */
  readonly line: number;
  readonly ok: boolean;
  readonly differences: readonly { readonly what: string; readonly expected: string; readonly got: string }[];
};

type FindServiceProvider = (entityId: string) => Promise<ServiceProvider>;

/**
 * Holds a table of cases against the files as they are, published or not: an operator's own tests need no server, and
 * records only where a case names a service of theirs.
 * @throws GakumonError `document-invalid`, `file-unreadable`
 */
export async function runCases(
  context: CliContext,
  file: string,
  draft: string | undefined,
): Promise<readonly CaseResult[]> {
  const cases = parsePolicyCases(await readDocumentText(file), file);
  const config = await readConfig(context);
  const found = await readPolicy(config, readDocumentText, draft);
  const run = (findServiceProvider: FindServiceProvider) =>
    runEach(cases, { context, config, found, findServiceProvider });
  if (cases.every(({ sp }) => sp === undefined)) return run(refuseToFind);
  return withMetadataLibrary(context, (library) =>
    run((entityId) => requireServiceProvider(context, { config, library }, entityId)),
  );
}

async function refuseToFind(): Promise<never> {
  throw new Error('no case names it');
}

type Ground = {
  readonly context: CliContext;
  readonly config: Config;
  readonly found: FoundPolicy;
  readonly findServiceProvider: FindServiceProvider;
};

async function runEach(cases: readonly PolicyCase[], ground: Ground): Promise<readonly CaseResult[]> {
  if (cases.every(({ user }) => user === undefined)) return judgeEach(cases, ground, refuseToFind);
  const { config, context } = ground;
  const { readPeopleInForce } = await import('@gakumon/assembly');
  const documents = await readPeopleInForce(config, undefined);
  const judge = ({ find }: OpenedPeople) => judgeEach(cases, ground, find);
  if (config.directory.every(({ kind }) => kind === 'file')) {
    return withPeopleOf(config, context, { records: undefined, documents }, judge);
  }
  return withSealedRecords(config, context, (records) => withPeopleOf(config, context, { records, documents }, judge));
}

async function judgeEach(
  cases: readonly PolicyCase[],
  ground: Ground,
  find: OpenedPeople['find'],
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of cases) {
    const { name, line } = one;
    try {
      const person = one.user === undefined ? inventPerson(one) : await requirePerson({ find }, usernameOf(one.user));
      const differences = await judge(one, person, ground);
      results.push({ name, line, ok: differences.length === 0, differences });
    } catch (error) {
      if (!isGakumonError(error)) throw error;
      const differences = [
        { what: 'case', expected: 'somebody and a service that are known', got: error.detail ?? error.code },
      ];
      results.push({ name, line, ok: false, differences });
    }
  }
  return results;
}

const usernameOf = (typed: string): Username => normaliseUsername(typed).username ?? (typed as Username);

/** Somebody who is in no directory, for cases about groups. */
function inventPerson({ groups = [], attributes = {} }: PolicyCase): Person {
  return {
    username: 'somebody' as Username,
    directory: '',
    passwordVersion: undefined,
    account: {},
    groups,
    attributes,
  };
}

async function judge(one: PolicyCase, person: Person, ground: Ground): Promise<CaseResult['differences']> {
  const { policy } = ground.found;
  const { sp, anySp, ip, at, contexts, lastProof, newBrowser = false, newNetwork = false, expect } = one;
  const now = at ?? ground.context.clock();
  const question = policyQuestion(policy, {
    person,
    serviceProvider: sp === undefined ? undefined : await ground.findServiceProvider(sp),
    attributeConsumingServiceIndex: undefined,
    contexts,
    address: ip,
    firstProofAt: lastProof === undefined ? undefined : now - lastProof,
    isNewBrowser: newBrowser,
    isNewNetwork: newNetwork,
    now,
  });
  const any = { entityId: '', categories: [], requestedAttributes: [], ...(anySp === true ? {} : anySp) };
  const service = question.service ?? any;
  const answer = explainVisit({
    policy,
    question: { ...question, service },
    authenticators: listMeans(one.has, policy.offered),
    isDisabled: person.account.closed !== undefined,
  });
  const { verdict } = answer.explanation;
  return [
    ...compare('decision', expect.decision, answer.decision),
    ...compareSets('requires', expect.requires, answer.requires),
    ...compareSets('network', expect.network, verdict?.placement.inside.map(({ network }) => network) ?? []),
    ...compareSets('rules', expect.rules, verdict?.matched.map(({ name }) => name) ?? []),
  ];
}

function compare(what: string, expected: string | undefined, got: string): CaseResult['differences'] {
  return expected === undefined || expected === got ? [] : [{ what, expected, got }];
}

function compareSets(what: string, expected: readonly string[] | undefined, got: readonly string[]) {
  if (expected === undefined) return [];
  const inWords = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.toSorted().join(', '));
  return compare(what, inWords(expected), inWords(got));
}
