import { expect, test } from '@jest/globals';
import { provedVersion } from './provedVersion.ts';

const fact = (at: number, passwordVersion: string | undefined) =>
  ({ authenticator: 'password', at, address: '::1', passwordVersion }) as const;

test('the password that was proved last is what memory is held against', () => {
  expect(provedVersion([fact(2, 'new'), fact(1, 'old'), fact(3, undefined)])).toEqual({ passwordVersion: 'new' });
  expect(provedVersion([fact(1, undefined)])).toBeUndefined();
  expect(provedVersion([])).toBeUndefined();
});
