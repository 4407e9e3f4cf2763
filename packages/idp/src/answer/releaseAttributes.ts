import {
  filterAttributes,
  makeNameId,
  type ReleaseDecision,
  type ReleasedAttributes,
  resolveAttributes,
} from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { NameId } from '@gakumon/saml';
import { nameIdFormats, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** What leaves the house about a person, and why. */
export type Release = {
  readonly nameId: NameId;
  readonly attributes: ReleasedAttributes;
  readonly decisions: readonly ReleaseDecision[];
};
