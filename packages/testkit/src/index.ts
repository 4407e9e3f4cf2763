export * from './rigs/index.ts';
