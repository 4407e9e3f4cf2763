export * from './releaseRules.ts';
export * from './types.ts';
