import { attributeValueText } from '@gakumon/attributes';
import type { Release } from '@gakumon/idp';
import { describeKept } from './tellValue.ts';

/** The attribute that tells how strong a login was. */
export const assuranceAttribute = 'eduPersonAssurance';

/** What would be let out of the URIs by which a login may tell how strong it was, if it reached them all. */
export type AssurancePreview = {
  readonly released: readonly string[];
  readonly kept: readonly { readonly value: string; readonly rule: string | null; readonly reason: string }[];
};

/**
 * @param uris those of the policy; which of them a login reaches is known when somebody logs in
 * @param releaseWith what goes out with such URIs
 */
export function previewAssurance(
  uris: readonly string[],
  releaseWith: (assurance: readonly string[]) => Release,
): AssurancePreview {
  const { decisions } = releaseWith(uris);
  const decision = decisions.find(({ attribute }) => attribute.definition.id === assuranceAttribute);
  const { values = [], kept = [] } = decision ?? {};
  return {
    released: values.map(attributeValueText).filter((value) => uris.includes(value)),
    kept: kept.map(describeKept).filter(({ value }) => uris.includes(value)),
  };
}

/** For a person. */
export function tellAssurance({ released, kept }: AssurancePreview): string[] {
  const stays = kept.map(({ value, rule, reason }) => `${value} stays: ${reason}${rule === null ? '' : ` (${rule})`}`);
  if (released.length === 0 && stays.length === 0)
    return ['policy.yaml has no class that a login could be told to be of'];
  const goes = `${assuranceAttribute} tells too, as far as the login reaches it: ${released.join(', ')}`;
  return [...(released.length === 0 ? [] : [goes]), ...stays];
}
