import { nameIdFormats, type Person } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import { computeId } from './computedId.ts';
import { findAttributeDefinition } from './dictionary.ts';
import { blockedReason } from './identifiers/blocked.ts';
import { type IdentifierGenerator, isStoredGenerator, notYetStored } from './identifiers/generator.ts';
import { type ParsedValues, parseValues } from './parseValues.ts';
import { type ResolutionContext, scopeOfDirectory } from './resolutionContext.ts';
import type { AttributeValue, Resolution, SourceValues, WithheldCode } from './types.ts';

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
export function makeTargetedId(sources: SourceValues, context: ResolutionContext): ParsedValues {
  const { compute, withheld } = prepareFor(context.generators.targetedId, 'eduPersonTargetedID', sources, context);
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
  { sources }: Pick<Resolution, 'sources'>,
  context: ResolutionContext,
): string | undefined {
  return prepareFor(context.generators.persistent, 'NameID', sources, context).compute?.();
}

/** pairwise-id is compared without regard to case, so it is in base32 whatever the encoding of what computes it. */
export function makePairwiseId(person: Person, sources: SourceValues, context: ResolutionContext): ParsedValues {
  const generator = context.generators.pairwiseId;
  const scope = scopeOfDirectory(person.directory, context);
  if (generator === undefined || scope === undefined) {
    return nothing;
  }
  const caseless = isStoredGenerator(generator) ? generator : ({ ...generator, encoding: 'base32' } as const);
  const { compute, withheld } = prepareFor(caseless, 'pairwise-id', sources, context);
  const definition = findAttributeDefinition('pairwise-id');
  return compute === undefined || definition === undefined
    ? { values: [], withheld }
    : parseValues(definition, [`${compute()}@${scope}`], context.scopes);
}

/** Most identifiers are not released, so each is computed when somebody asks for it. */
type Computable = { readonly compute: (() => string) | undefined; readonly withheld: ParsedValues['withheld'] };

const nothing: ParsedValues = { values: [], withheld: [] };

function prepareFor(
  generator: IdentifierGenerator | undefined,
  attribute: string,
  sources: SourceValues,
  context: ResolutionContext,
): Computable {
  if (generator === undefined) {
    return { compute: undefined, withheld: [] };
  }
  const source = sources.get(generator.source);
  if (source?.kind === 'known') {
    return { compute: () => makeValue(generator, source.value, context), withheld: [] };
  }
  if (source?.kind === 'blocked') {
    return withheldFor(attribute, 'blocked', `of the ${generator.source} that it starts from: ${blockedReason}`);
  }
  const reason = `the person has no ${generator.source}, from which the generator ${generator.name} starts`;
  return withheldFor(attribute, 'source-missing', reason);
}

function makeValue(generator: IdentifierGenerator, source: string, context: ResolutionContext): string {
  if (isStoredGenerator(generator)) return context.storedIds?.get(source) ?? notYetStored;
  return computeId(generator, context.serviceProvider.entityId, source);
}

function withheldFor(attribute: string, code: WithheldCode, reason: string): Computable {
  return { compute: undefined, withheld: [{ attribute, value: '', code, reason }] };
}
