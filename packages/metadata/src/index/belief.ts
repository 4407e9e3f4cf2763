import { type Inherited, nothingInherited } from '../reading/entities.ts';
import type { Warn } from '../reading/warnings.ts';
import type { SourceTrust } from '../sources/source.ts';

/** Leaves out of what a document says what its source may not say. */
export type Belief = (said: Inherited) => Inherited;

/** @param warn told once, when something had to be left out */
export function createBelief({ mayAssert }: Pick<SourceTrust, 'mayAssert'>, warn: Warn): Belief {
  if (mayAssert.includes('categories')) return (said) => said;
  let told = false;
  return (said) => {
    if (!told && saysSomething(said)) {
      told = true;
      warn(
        'entity attributes (categories, subject-id:req) and registrationAuthority are ignored: the source may not assert them',
      );
    }
    return { ...nothingInherited, validUntil: said.validUntil };
  };
}

function saysSomething({ registrationAuthority, entityAttributes }: Inherited): boolean {
  return registrationAuthority !== undefined || entityAttributes.attributes.length > 0;
}
