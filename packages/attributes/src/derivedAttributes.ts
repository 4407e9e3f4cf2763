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
  const id = computeFor(context.generators.targetedId, 'eduPersonTargetedID', person, resolved, context);
  if (id.value === undefined) {
    return { values: [], withheld: id.withheld };
  }
  const made: AttributeValue = {
    kind: 'nameId',
    format: nameIdFormats.persistent,
    nameQualifier: context.entityId,
    spNameQualifier: context.serviceProvider.entityId,
    value: id.value,
  };
  return { values: [made], withheld: id.withheld };
}

/** The value of a persistent NameID; undefined without a generator, or when the person has nothing to start from. */
export function makePersistentId(
  person: Person,
  attributes: ResolvedAttributes,
  context: ResolutionContext,
): string | undefined {
  const resolved = new Map(attributes.map(({ definition, values }) => [definition.id, { values, withheld: [] }]));
  return computeFor(context.generators.persistent, 'NameID', person, resolved, context).value;
}

/** pairwise-id is compared without regard to case, so it is in base32 whatever the generator's encoding. */
export function makePairwiseId(person: Person, resolved: Resolved, context: ResolutionContext): ParsedValues {
  const generator = context.generators.pairwiseId;
  const scope = scopeOfDirectory(person.directory, context);
  if (generator === undefined || scope === undefined) {
    return nothing;
  }
  const id = computeFor({ ...generator, encoding: 'base32' }, 'pairwise-id', person, resolved, context);
  const definition = findAttributeDefinition('pairwise-id');
  return id.value === undefined || definition === undefined
    ? { values: [], withheld: id.withheld }
    : parseValues(definition, [`${id.value}@${scope}`], context.scopes);
}

type Resolved = ReadonlyMap<string, ParsedValues>;
type Computed = { readonly value: string | undefined; readonly withheld: ParsedValues['withheld'] };

const nothing: ParsedValues = { values: [], withheld: [] };

function computeFor(
  generator: ComputedIdGenerator | undefined,
  attribute: string,
  person: Person,
  resolved: Resolved,
  context: ResolutionContext,
): Computed {
  if (generator === undefined) {
    return { value: undefined, withheld: [] };
  }
  const source = findSourceValue(generator.source, person, resolved);
  if (source === undefined) {
    const reason = `the person has no ${generator.source}, from which the generator ${generator.name} starts`;
    return { value: undefined, withheld: [{ attribute, value: '', code: 'source-missing', reason }] };
  }
  return { value: computeId(generator, context.serviceProvider.entityId, source), withheld: [] };
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
