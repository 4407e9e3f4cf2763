export { type AdPolicy, accountFlags, toFileTime } from './adAccounts.ts';
export type { AdEntry, AdValue } from './adStore.ts';
export * from './pretendActiveDirectory.ts';
