/**
 * The words everybody shares: URNs, identifiers as branded types, the error table, the clock. Imports nothing.
 */
export * from './brand.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './errorTable.ts';
export * from './fileTrouble.ts';
export * from './identifiers.ts';
export * from './localised.ts';
export * from './loopback.ts';
export * from './nearestName.ts';
export * from './person.ts';
export * from './quoteUntrusted.ts';
export * from './unknownAddress.ts';
export * from './urns.ts';
