/**
 * People, and whether their password is right. Owns login names, password hashes and the directories; what an attribute
 * means is the business of the attributes package.
 */
export { createFileDirectory } from './fileDirectory.ts';
export * from './filePerson.ts';
export { shortestPassword } from './guests/findWeakness.ts';
export * from './guests/guestDirectory.ts';
export * from './hashingQueue.ts';
export { filterMistake } from './ldap/filterTemplate.ts';
export { type FoundLockout, findLockouts } from './ldap/findLockouts.ts';
export { findStandIn } from './ldap/findStandIn.ts';
export { createLdapDirectory } from './ldap/ldapDirectory.ts';
export { type LdapVocabulary, readVocabulary } from './ldap/readVocabulary.ts';
export type { LdapAccountSettings, LdapDialect, LdapGroups, LdapSettings } from './ldap/settings.ts';
export { hashPassword, passwordLimit, verifyPasswordHash } from './password.ts';
export type { ScryptCost } from './passwordHash.ts';
export { withAffiliation } from './people/withAffiliation.ts';
export * from './people/withDepartures.ts';
export { type FreshDirectory, type Freshness, withFreshness } from './people/withFreshness.ts';
export { compileMatch, type NameMatch, withMatch } from './people/withMatch.ts';
export { withPeople } from './people/withPeople.ts';
export { type UsedSource, withSources } from './people/withSources.ts';
export * from './ports.ts';
export { createSource } from './sources/createSource.ts';
export type { SourceNotice, SourceReport } from './sources/report.ts';
export type { SourceKind, SourceSettings, SqlDatabase, SqlQuery } from './sources/settings.ts';
export { parseTotpSecret } from './totpSecret.ts';
export * from './username.ts';
export type { Alarm } from './waitingRoom.ts';
