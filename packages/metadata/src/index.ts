export * from './ports.ts';
export * from './serviceProvider.ts';
