import { isGakumonError } from '@gakumon/terms';
import { pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyModel, enrol, enrolled, here, now, owner, party } from './attacks/passkeys.ts';
import { makeAuthenticationOptions } from './makeAuthenticationOptions.ts';
import { makeRegistrationOptions } from './makeRegistrationOptions.ts';
import { parseAssertionId, verifyAuthentication } from './verifyAuthentication.ts';
import { verifyRegistration } from './verifyRegistration.ts';

/** Everything that is sent instead of an answer is refused by a code of ours, and nothing else happens. */
async function expectRefused(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    expect(error.code).toBe('passkey-wrong');
    return;
  }
  throw new Error('it was accepted');
}

const { authenticator, device } = await enrolled();
const login = makeAuthenticationOptions(party, [authenticator], 'preferred');
const answer = device.get(login.options, here);
const creation = makeRegistrationOptions(party, owner, [], anyModel);
const made = pretendAuthenticator().create(creation.options, here);

const assertion = (response: string) =>
  verifyAuthentication({
    response,
    expectedChallenge: login.challenge,
    party,
    authenticator,
    requireUserVerification: false,
  });
const registration = (response: string, policy = anyModel) =>
  verifyRegistration({ response, expectedChallenge: creation.challenge, party, policy, now });

const base64url = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets).toString('base64url'));
const runs = { numRuns: 300 };

describe('what is no answer is refused', () => {
  test('any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        await expectRefused(() => parseAssertionId(text));
        await expectRefused(() => assertion(text));
        await expectRefused(() => registration(text));
      }),
      runs,
    );
  });

  test('an answer with a field of another kind', async () => {
    const fields = [
      'id',
      'rawId',
      'type',
      'response',
      'clientDataJSON',
      'authenticatorData',
      'signature',
      'attestationObject',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), base64url), async (field, value) => {
        for (const [text, verify] of [
          [answer, assertion],
          [made, registration],
        ] as const) {
          const whole = JSON.parse(text);
          const place = field in whole.response ? whole.response : whole;
          if (!(field in place)) continue;
          place[field] = value;
          await expectRefused(() => verify(JSON.stringify(whole)));
        }
      }),
      runs,
    );
  });

  test('clientData of any kind', async () => {
    const clientData = fc.oneof(
      fc.jsonValue(),
      fc.record({ type: fc.constant('webauthn.get'), challenge: fc.constant(login.challenge), origin: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(clientData, async (value) => {
        const whole = JSON.parse(answer);
        whole.response.clientDataJSON = Buffer.from(JSON.stringify(value)).toString('base64url');
        await expectRefused(() => assertion(JSON.stringify(whole)));
      }),
      runs,
    );
  });
});

describe('one octet changed', () => {
  test('in an assertion, it never verifies', async () => {
    const places = ['clientDataJSON', 'authenticatorData', 'signature'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (place, at, flip) => {
          const whole = JSON.parse(answer);
          const octets = Buffer.from(whole.response[place], 'base64url');
          octets.writeUInt8(octets.readUInt8(at % octets.length) ^ flip, at % octets.length);
          whole.response[place] = octets.toString('base64url');
          await expectRefused(() => assertion(JSON.stringify(whole)));
        },
      ),
      runs,
    );
  });

  test('in a registration, it is refused, or what it made is one of that device', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const whole = JSON.parse(made);
        const octets = Buffer.from(whole.response.attestationObject, 'base64url');
        octets.writeUInt8(octets.readUInt8(at % octets.length) ^ flip, at % octets.length);
        whole.response.attestationObject = octets.toString('base64url');
        try {
          const passkey = await registration(JSON.stringify(whole));
          expect(passkey.credentialId).toBe(whole.id);
        } catch (error) {
          if (!isGakumonError(error)) throw error;
          expect(error.code).toBe('passkey-wrong');
        }
      }),
      runs,
    );
  });
});

describe('what costs much to read', () => {
  const attestation = (octets: Buffer) => {
    const whole = JSON.parse(made);
    whole.response.attestationObject = octets.toString('base64url');
    return JSON.stringify(whole);
  };

  /** The attestation object up to the key, and another key. */
  const withKey = (hex: string) => {
    const octets = Buffer.from(JSON.parse(made).response.attestationObject, 'base64url');
    const key = octets.indexOf(Buffer.from('a5010203262001', 'hex'));
    const cut = Buffer.concat([octets.subarray(0, key), Buffer.from(hex, 'hex')]);
    const length = cut.indexOf('authData') + 'authData'.length + 1;
    cut.writeUInt8(cut.length - length - 1, length);
    return cut;
  };

  test.each<[string, string]>([
    ['JSON as deep as it is long', '['.repeat(16_000)],
    ['an endless answer', `{"id":"${'A'.repeat(70_000)}"}`],
    ['CBOR as deep as it is long', attestation(Buffer.alloc(40_000, 0x81))],
    ['maps in maps', attestation(Buffer.alloc(40_000, 0xa1))],
    ['tags on tags', attestation(Buffer.alloc(40_000, 0xc1))],
    ['a list of 2^32 things', attestation(Buffer.from('9affffffff', 'hex'))],
    ['a map of 2^53 things', attestation(Buffer.from('bb001fffffffffffff', 'hex'))],
    ['octets of 2^63', attestation(Buffer.from('5b7fffffffffffffff', 'hex'))],
    ['a key that is a number', attestation(withKey('00'))],
    ['a key on another curve', attestation(withKey(`a5010203262002215820${'00'.repeat(32)}225820${'00'.repeat(32)}`))],
    ['a key that is nothing', attestation(withKey('f6'))],
    ['octets without an end', attestation(Buffer.from('5f41414141', 'hex'))],
  ])('%s', async (_, text) => {
    await expectRefused(() => registration(text));
    await expectRefused(() => assertion(text));
  });

  test('random CBOR', async () => {
    const start = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (octets, isBegun) => {
        const text = attestation(Buffer.concat([isBegun ? start : Buffer.alloc(0), octets]));
        await expectRefused(() => registration(text));
      }),
      runs,
    );
  });
});

test('an attestation of random certificates is refused', async () => {
  const policy = { attestation: 'direct', aaguids: undefined, roots: undefined } as const;
  const { privateKey } = (await import('node:crypto')).generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), async (list) => {
      const lies = { attestation: { key: privateKey, certificates: list.map((one) => Buffer.from(one)) } };
      await expect(enrol(pretendAuthenticator(), { ...here, lies }, policy)).rejects.toThrow('passkey-model');
    }),
    { numRuns: 50 },
  );
});
