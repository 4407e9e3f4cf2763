import type { ServiceProvider } from '@gakumon/metadata';
import type { ReleaseItem, ReleaseRule } from '../releaseRules.ts';
import type { AttributeRequests, RequestedValues } from '../requestedAttributes.ts';
import type { AttributeDefinition, ReleaseDecisionCode } from '../types.ts';
import { categoryBundles } from './categories.ts';
import { attributeOfItem, readItem } from './readItem.ts';

/** What one rule lets out of an attribute; undefined: it does not speak of it. Reasons are for the operator. */
export type Permission =
  | undefined
  | { readonly kind: 'every'; readonly reason: string }
  | { readonly kind: 'some'; readonly lets: Lets; readonly reason: string; readonly else: Refusal }
  | { readonly kind: 'none'; readonly else: Refusal };

/** Whether one of the `among` values of the attribute goes. */
type Lets = (text: string, among: number) => boolean;

type Refusal = { readonly code: ReleaseDecisionCode; readonly reason: string };

export type Asker = { readonly serviceProvider: ServiceProvider; readonly requests: AttributeRequests };

export function permissionOf(rule: ReleaseRule, definition: AttributeDefinition, asker: Asker): Permission {
  switch (rule.release) {
    case 'all':
      return { kind: 'every', reason: 'this rule releases everything' };
    case 'requested':
      return byRequest(asker.requests.requested(definition), 'this rule releases what is requested');
    case 'required':
      return byRequirement(definition, asker);
    case 'bundle':
      return byBundle(rule, definition, asker);
    default:
      return Array.isArray(rule.release) ? byList(rule.release, definition.id) : undefined;
  }
}

function byRequest(requested: RequestedValues, rule: string): Permission {
  if (requested === undefined) {
    return { kind: 'none', else: { code: 'not-requested', reason: `${rule}; the SP does not request it` } };
  }
  if (requested === 'every') return { kind: 'every', reason: `the SP requests it, and ${rule}` };
  return {
    kind: 'some',
    lets: (text) => requested.has(text),
    reason: `the SP requests these values of it only, and ${rule}`,
    else: { code: 'values-not-requested', reason: 'the SP requests other values of it only' },
  };
}

function byRequirement(definition: AttributeDefinition, { requests }: Asker): Permission {
  const rule = 'this rule releases what is required';
  const required = requests.required(definition);
  if (required === undefined && requests.requested(definition) !== undefined) {
    return { kind: 'none', else: { code: 'not-required', reason: `${rule}; the SP can do without it` } };
  }
  return byRequest(required, rule);
}

function byBundle({ to }: ReleaseRule, definition: AttributeDefinition, asker: Asker): Permission {
  const named: unknown = typeof to === 'object' && to !== null ? to.category : undefined;
  const wanted: readonly unknown[] = Array.isArray(named) ? named : [named];
  const bundles = asker.serviceProvider.categories
    .filter((category) => wanted.includes(category))
    .map((category) => ({ category, bundle: categoryBundles.get(category) }));
  const holding = bundles.find(({ bundle }) => typeof bundle === 'object' && bundle.attributes.includes(definition.id));
  if (holding !== undefined) return { kind: 'every', reason: `it is in the bundle of ${holding.category}` };
  const driven = bundles.find(({ bundle }) => bundle === 'requested');
  if (driven !== undefined) {
    return byRequest(asker.requests.requested(definition), `${driven.category} permits what is requested`);
  }
  const names = bundles.map(({ category }) => category).join(' and ');
  return { kind: 'none', else: { code: 'not-in-bundle', reason: `it is not in the bundle of ${names}` } };
}

/** An item that nobody can read permits nothing. */
function byList(items: readonly ReleaseItem[], id: string): Permission {
  const selections = items.filter((item) => attributeOfItem(item) === id).map((item) => readItem(item, 'permission'));
  if (selections.includes('every')) return { kind: 'every', reason: 'this rule names it' };
  const selecting = selections.filter((selection) => typeof selection === 'function');
  if (selecting.length === 0) return undefined;
  return {
    kind: 'some',
    lets: (text, among) => selecting.some((selects) => selects(text, among)),
    reason: 'this rule names these values of it',
    else: { code: 'values-not-named', reason: 'this rule names other values of it only' },
  };
}
