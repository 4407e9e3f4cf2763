import type { Config } from 'jest';

const config: Config = {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/packages/*/src/**/*.test.ts', '<rootDir>/scripts/**/*.test.ts'],
  testTimeout: 60_000,
  // Many tests wait for servers and browsers that they started: one worker would leave the machine idle, more than two
  // would make them wait for each other.
  maxWorkers: 2,
  maxConcurrency: 2,
};

export default config;
