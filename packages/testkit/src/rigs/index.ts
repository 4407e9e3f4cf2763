export * from './chromium.ts';
export * from './samlSchemas.ts';
export * from './shibbolethSp.ts';
export * from './xmlsec1.ts';
