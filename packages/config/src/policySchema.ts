import {
  builtInRequirements,
  type EnrolmentRule,
  listPolicyMistakes,
  type NamedNetwork,
  type PolicyRule,
  type Requirement,
  requireRange,
  type StepUpPolicy,
  writeAddress,
} from '@gakumon/mfa';
import { loadDocument, parseDocument } from './document.ts';
import { makerCertificate } from './makerCertificate.ts';
import { parseMoment } from './moment.ts';
import { condition, enrolmentCondition } from './policyConditions.ts';
import { contexts } from './policyContexts.ts';
import { listUnknownNames } from './policyNames.ts';
import { requirements } from './policyRequirements.ts';
import {
  cidr,
  duration,
  group,
  type Issue,
  isGroup,
  list,
  localised,
  name,
  object,
  type Schema,
  text,
  uniqueBy,
  version,
  withRule,
  z,
} from './schema.ts';

/** A day is its midnight in Japan; milliseconds come out. */
const moment = z.string().transform((value, context) => {
  const at = parseMoment(value);
  if (at !== undefined) return at;
  context.addIssue(
    `${JSON.stringify(value)} is no day such as 2024-02-03, and no time such as 2024-02-03T09:00:00+09:00`,
  );
  return z.NEVER;
});

/** Bits behind the length mean that another length was meant, or another network. */
const wholeCidr = cidr.transform((value, context) => {
  const [address, length] = value.split('/');
  const [range, single] = [requireRange(value), requireRange(address ?? '')];
  if (range.first === single.first) return value;
  const first = writeAddress({ family: range.family, value: range.first });
  context.addIssue(`has bits set behind its length; perhaps ${first}/${length} is meant`);
  return z.NEVER;
});

const network = object({
  include: z.array(wholeCidr).min(1, { error: 'name at least one range' }),
  exclude: z.array(wholeCidr).default([]),
  text: localised.optional(),
  wrongPasswords: z.int({ error: 'must be a whole number' }).min(1).max(1_000_000).optional(),
});

const networks = withRule(z.record(z.string(), network), areNames).transform((given): readonly NamedNetwork[] =>
  Object.entries(given).map(([called, { include, exclude, text: shown, wrongPasswords }]) => ({
    name: called,
    include,
    exclude,
    text: shown,
    wrongPasswords,
  })),
);

const inForce = { from: moment.optional(), until: moment.optional() };

const rule = object({
  name: text,
  when: condition.prefault({}),
  require: text,
  ...inForce,
  announce: duration.optional(),
  text: localised.optional(),
});

const enrolment = object({
  name: text,
  when: enrolmentCondition.prefault({}),
  for: z.enum(['first', 'any'], { error: 'must be first or any' }).default('first'),
  ...inForce,
});

const kinds = ['webauthn', 'totp'] as const;

const webauthn = object({
  attestation: z.enum(['none', 'direct'], { error: 'must be none or direct' }).default('none'),
  aaguids: z
    .array(z.uuid({ error: 'must be a UUID such as cb69481e-8ff7-4039-93ec-0a2729a154a8' }).toLowerCase())
    .min(1, { error: 'is empty: nothing could be enrolled' })
    .optional(),
  roots: z.array(makerCertificate).optional(),
}).transform(({ attestation, aaguids, roots }) => ({ attestation, aaguids, roots }));

const shape = object({
  version,
  networks: group(networks).prefault({}),
  requirements: group(requirements).prefault({}),
  rules: list(withRule(withRule(z.array(rule), uniqueBy('name')), announcedRulesBegin)).prefault([]),
  enrolment: list(withRule(z.array(enrolment), uniqueBy('name'))).prefault([]),
  offered: z.array(z.enum(kinds, { error: `must be ${kinds.join(' or ')}` })).default([...kinds]),
  contexts: group(contexts).prefault({}),
  webauthn: group(webauthn).prefault({}),
});

/** The schema of policy.yaml. What contradicts itself or can have no effect is a mistake too. */
export const policySchema: Schema<StepUpPolicy> = withRule(shape, listUnknownNames).transform((given, context) => {
  const { version: _, requirements: named, rules, ...rest } = given as z.infer<typeof shape>;
  const policy: StepUpPolicy = {
    ...rest,
    offered: [...new Set(rest.offered)],
    rules: rules.map((one) => toRule(one, named)),
    enrolment: rest.enrolment.map(toEnrolment),
    ...listIdle(rules, named),
  };
  for (const { path, message } of listPolicyMistakes(policy)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return policy;
});

function toRule(given: z.infer<typeof rule>, named: ReadonlyMap<string, Requirement>): PolicyRule {
  const { name: called, when, require, from, until, announce, text: shown } = given;
  const required = named.get(require);
  if (required === undefined) throw new Error(`${require} was looked up before`);
  return { name: called, when, require: required, from, until, announce, text: shown };
}

/** Named, and never asked for. */
function listIdle(
  rules: readonly { readonly require: string }[],
  named: ReadonlyMap<string, Requirement>,
): Pick<StepUpPolicy, 'idleRequirements'> {
  const idle = [...named.keys()].filter(
    (called) => !Object.hasOwn(builtInRequirements, called) && !rules.some((one) => one.require === called),
  );
  return idle.length === 0 ? {} : { idleRequirements: idle };
}

function toEnrolment({ name: called, when, for: whom, from, until }: z.infer<typeof enrolment>): EnrolmentRule {
  return { name: called, when, for: whom, from, until };
}

function areNames(value: unknown): Issue[] {
  return Object.keys(isGroup(value) ? value : {}).flatMap((called) => {
    const [issue] = name.safeParse(called).error?.issues ?? [];
    return issue === undefined ? [] : [{ path: [called], message: `the name of a network ${issue.message}` }];
  });
}

function announcedRulesBegin(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown, index) =>
    isGroup(one) && one.announce !== undefined && one.from === undefined
      ? [{ path: [index, 'announce'], message: 'needs from: the time that is announced' }]
      : [],
  );
}

/**
 * Reads policy.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadPolicy(file: string): Promise<StepUpPolicy> {
  return loadDocument(file, policySchema, 'document-invalid');
}

/** The same of a text that is in hand already; `file` is what it is called in messages. */
export function parsePolicy(source: string, file: string): StepUpPolicy {
  return parseDocument(source, file, policySchema, 'document-invalid');
}
