/**
 * Metadata: who is this service provider, and what may it ask? Verifies and reads what sources say, answers from an
 * index that is swapped whole, and writes our own. Its only I/O is reading the files of configured sources.
 */
export * from './describeServiceProvider.ts';
export * from './parseServiceProviders.ts';
export * from './ports.ts';
export * from './publish/idpMetadata.ts';
export * from './serviceProvider.ts';
export * from './serviceProviders.ts';
export type * from './warnings.ts';
