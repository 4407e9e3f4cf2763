/**
 * Reading files that an operator names, within bounds. What is in them is their readers' business.
 */
export * from './readRegularFile.ts';
