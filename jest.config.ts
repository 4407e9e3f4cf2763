import type { Config } from 'jest';

const config: Config = {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/packages/*/src/**/*.test.ts', '<rootDir>/scripts/**/*.test.ts'],
  testTimeout: 60_000,
};

export default config;
