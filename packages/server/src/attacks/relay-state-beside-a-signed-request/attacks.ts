import { type Attack, get, queryOf, redirectPath } from '../attack.ts';

const without = (query: string, ...names: readonly string[]) =>
  query
    .split('&')
    .filter((pair) => !names.some((name) => pair.startsWith(`${name}=`)))
    .join('&');
const invalid = { page: 'signature-invalid' } as const;

export const attacks: readonly Attack[] = [
  {
    name: 'a RelayState added to a signed request',
    expected: invalid,
    request: (door) => get(`${redirectPath}?${queryOf(door, {}, door.signing)}&RelayState=evil`),
  },
  {
    name: 'another RelayState than the signed one',
    expected: invalid,
    request: (door) =>
      get(
        `${redirectPath}?${queryOf(door, { relayState: 'a' }, door.signing).replace('RelayState=a', 'RelayState=evil')}`,
      ),
  },
  {
    name: 'the signed RelayState taken away',
    expected: invalid,
    request: (door) =>
      get(`${redirectPath}?${without(queryOf(door, { relayState: 'a' }, door.signing), 'RelayState')}`),
  },
  {
    name: 'the signature taken away',
    expected: { page: 'signature-missing' },
    request: (door) => get(`${redirectPath}?${without(queryOf(door, {}, door.signing), 'Signature', 'SigAlg')}`),
  },
  {
    name: 'only the algorithm taken away',
    expected: { page: 'signature-structure' },
    request: (door) => get(`${redirectPath}?${without(queryOf(door, {}, door.signing), 'SigAlg')}`),
  },
];
