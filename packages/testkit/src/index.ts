/** What tests share. Development only: nothing that runs in production imports it. */
export * from './keys/testKeys.ts';
export * from './processes.ts';
export * from './programs.ts';
export * from './rigs/index.ts';
export * from './time.ts';
