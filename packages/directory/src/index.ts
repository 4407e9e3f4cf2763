export * from './filePerson.ts';
export * from './ports.ts';
