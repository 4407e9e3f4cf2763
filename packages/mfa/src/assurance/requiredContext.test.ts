import { authnContexts } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { builtInContexts } from './contexts.ts';
import { type RequestedAuthnContext, requiredContext } from './requiredContext.ts';

const passwordContexts = builtInContexts.filter(({ uri }) => uri.endsWith(':Password') || uri.endsWith('Transport'));

const { password, passwordProtectedTransport: transport, unspecified } = authnContexts;
const mfa = 'https://refeds.org/profile/mfa';

function acceptable(comparison: RequestedAuthnContext['comparison'], ...classes: string[]): string[] {
  return requiredContext({ comparison, classes }, passwordContexts).acceptable.map(({ uri }) => uri);
}

describe('which classes answer a RequestedAuthnContext', () => {
  test('nothing requested: every known class, the usual one first', () => {
    expect(requiredContext(undefined, passwordContexts).acceptable[0]?.uri).toBe(transport);
  });
  test.each<[RequestedAuthnContext['comparison'], string[], string[]]>([
    ['exact', [transport], [transport]],
    ['exact', [password], [password]],
    ['exact', [password, transport], [password, transport]],
    ['exact', [mfa], []],
    ['exact', [mfa, password], [password]],
    ['exact', [unspecified], [transport, password]],
    ['exact', [], []],
    ['minimum', [password], [transport, password]],
    ['minimum', [transport], [transport]],
    ['minimum', [mfa], []],
    ['maximum', [password], [password]],
    ['maximum', [transport], [transport, password]],
    ['better', [password], [transport]],
    ['better', [transport], []],
    ['better', [mfa], []],
  ])('%s %j is answered by %j', (comparison, classes, expected) => {
    expect(acceptable(comparison, ...classes)).toEqual(expected);
  });
});

test('maximum: the strongest that is not too strong comes first (SAML Core 3.3.2.2.1)', () => {
  const { acceptable: found } = requiredContext({ comparison: 'maximum', classes: [mfa] }, builtInContexts);
  expect(found.map(({ strength }) => strength)).toEqual([40, 30, 20, 20, 10]);
});

test('attack: a downgrade: a class that is not asked for is never acceptable, however many are named', () => {
  const { acceptable: found } = requiredContext(
    { comparison: 'exact', classes: [mfa, mfa, 'urn:example:none'] },
    builtInContexts,
  );
  expect(found.map(({ uri }) => uri)).toEqual([mfa]);
});
