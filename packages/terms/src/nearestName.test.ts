import { expect, test } from '@jest/globals';
import { nearestName } from './nearestName.ts';

test.each([
  ['employeNumber', ['employeeType', 'employeeNumber'], 'employeeNumber'],
  ['EMPLOYEENUMBER', ['employeeNumbers', 'employeeNumber'], 'employeeNumber'],
  ['server', ['bind', 'servers'], 'servers'],
  ['sevrers', ['servers'], 'servers'],
  ['mail', ['main'], 'main'],
  ['mail', ['cn', 'uid', 'name', 'mobile'], undefined],
  ['uid', ['cn', 'sn'], undefined],
  ['', ['a'], undefined],
  ['x'.repeat(101), ['x'.repeat(102)], undefined],
])('%s', (written, known, meant) => {
  expect(nearestName(written, known)).toBe(meant);
});
