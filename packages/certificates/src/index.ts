/**
 * Keys and certificates that Gakumon makes. For now the ones that sign and decrypt; client certificates come here later.
 */
export * from './selfSigned.ts';
