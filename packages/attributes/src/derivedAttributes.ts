import { nameIdFormats, type Person } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import { type ComputedIdGenerator, computeId } from './computedId.ts';
import { findAttributeDefinition } from './dictionary.ts';
import { listGivenValues } from './givenAttributes.ts';
import { type ParsedValues, parseValues } from './parseValues.ts';
import { type ResolutionContext, scopeOfDirectory } from './resolutionContext.ts';
import type { AttributeValue, ResolvedAttributes } from './types.ts';

/** What can be made of login name, scope and affiliation, as raw values by dictionary id; each is checked like a given one. */
export function deriveFromScope(
  person: Person,
  affiliation: readonly AttributeValue[],
  context: ResolutionContext,
): Readonly<Record<string, readonly string[]>> {
  const scope = scopeOfDirectory(person.directory, context);
  if (scope === undefined) {
    return {};
  }
  const scopedName = [`${person.username}@${scope}`];
  return {
    eduPersonPrincipalName: scopedName,
    'subject-id': scopedName,
    eduPersonScopedAffiliation: affiliation.map((value) => `${attributeValueText(value)}@${scope}`),
    schacHomeOrganization: [scope],
  };
}

/** eduPersonTargetedID: a persistent NameID as XML, which names both sides. */
export function makeTargetedId(person: Person, resolved: Resolved, context: ResolutionContext): ParsedValues {
  const { compute, withheld } = prepareFor(
    context.generators.targetedId,
    'eduPersonTargetedID',
    person,
    resolved,
    context,
  );
  if (compute === undefined) {
    return { values: [], withheld };
  }
  let computed: string | undefined;
  const made: AttributeValue = {
    kind: 'nameId',
    format: nameIdFormats.persistent,
    nameQualifier: context.entityId,
    spNameQualifier: context.serviceProvider.entityId,
    get value() {
      computed ??= compute();
      return computed;
    },
  };
  return { values: [made], withheld: [] };
}

/** The value of a persistent NameID; undefined without a generator, or when the person has nothing to start from. */
export function makePersistentId(
  person: Person,
  attributes: ResolvedAttributes,
  context: ResolutionContext,
): string | undefined {
  const resolved = new Map(attributes.map(({ definition, values }) => [definition.id, { values, withheld: [] }]));
  return prepareFor(context.generators.persistent, 'NameID', person, resolved, context).compute?.();
}

/** pairwise-id is compared without regard to case, so it is in base32 whatever the generator's encoding. */
export function makePairwiseId(person: Person, resolved: Resolved, context: ResolutionContext): ParsedValues {
  const generator = context.generators.pairwiseId;
  const scope = scopeOfDirectory(person.directory, context);
  if (generator === undefined || scope === undefined) {
    return nothing;
  }
  const { compute, withheld } = prepareFor(
    { ...generator, encoding: 'base32' },
    'pairwise-id',
    person,
    resolved,
    context,
  );
  const definition = findAttributeDefinition('pairwise-id');
  return compute === undefined || definition === undefined
    ? { values: [], withheld }
    : parseValues(definition, [`${compute()}@${scope}`], context.scopes);
}

type Resolved = ReadonlyMap<string, ParsedValues>;
/** Most identifiers are not released, so each is computed when somebody asks for it. */
type Computable = { readonly compute: (() => string) | undefined; readonly withheld: ParsedValues['withheld'] };

const nothing: ParsedValues = { values: [], withheld: [] };

function prepareFor(
  generator: ComputedIdGenerator | undefined,
  attribute: string,
  person: Person,
  resolved: Resolved,
  context: ResolutionContext,
): Computable {
  if (generator === undefined) {
    return { compute: undefined, withheld: [] };
  }
  const source = findSourceValue(generator.source, person, resolved);
  if (source === undefined) {
    const reason = `the person has no ${generator.source}, from which the generator ${generator.name} starts`;
    return { compute: undefined, withheld: [{ attribute, value: '', code: 'source-missing', reason }] };
  }
  return { compute: () => computeId(generator, context.serviceProvider.entityId, source), withheld: [] };
}

/** The first value, as Shibboleth takes it: the directory's own spelling where it has one, so that a moved site keeps its identifiers. */
function findSourceValue(source: string, person: Person, resolved: Resolved): string | undefined {
  if (source === 'username') {
    return person.username;
  }
  const made = resolved.get(source)?.values[0];
  const value = listGivenValues(person, source)?.[0] ?? (made === undefined ? undefined : attributeValueText(made));
  // Blanks are nobody's, and halves of surrogate pairs would all be hashed as the same octets: people would share an identifier.
  return value !== undefined && value.trim() !== '' && value.isWellFormed() ? value : undefined;
}
