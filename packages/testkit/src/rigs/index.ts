export * from './samlSchemas.ts';
