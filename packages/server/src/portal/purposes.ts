import type { Owner, PortalAttempt } from '@gakumon/idp';
import type { SessionId } from '@gakumon/terms';

/** What the CSRF tokens of the portal's forms are bound to: the action, whose it is, and what it is about. */
/** Of every form by which something is proved: they stand on one page. */
export const portalLoginPurpose = ({ id }: PortalAttempt): string => `portal login ${id}`;
export const portalPasswordPurpose = ({ id }: PortalAttempt): string => `portal change-password ${id}`;
export const endPurpose = ({ username }: Pick<Owner, 'username'>, id: SessionId): string =>
  `portal end ${id} ${username}`;
export const endOthersPurpose = ({ username }: Pick<Owner, 'username'>): string => `portal end-others ${username}`;
