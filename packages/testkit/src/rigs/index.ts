export * from './samlSchemas.ts';
export * from './shibbolethSp.ts';
