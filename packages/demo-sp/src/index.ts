/** The demonstration service provider. It runs as a process of its own (`main.ts`); importing this loads no SAML library. */
export { type DemoSpSettings, demoSpAcs, demoSpEntityId, demoSpMetadata } from './saml/metadata.ts';
