import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromiumPrograms, describeWith, openBrowser } from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebauthnAuthenticator } from '../../authenticator.ts';
import { anyModel, now, owner, refusalOf } from '../attacks/passkeys.ts';
import { makeAuthenticationOptions } from '../makeAuthenticationOptions.ts';
import { type AuthenticatorHint, makeRegistrationOptions } from '../makeRegistrationOptions.ts';
import type { RelyingParty } from '../relyingParty.ts';
import { parseAssertionId, verifyAuthentication } from '../verifyAuthentication.ts';
import { verifyRegistration } from '../verifyRegistration.ts';

/** A device that Chromium pretends to have (CDP, WebAuthn.addVirtualAuthenticator). */
type Virtual = {
  readonly protocol: 'ctap2' | 'u2f';
  readonly transport: 'internal' | 'usb';
  readonly canVerifyUser: boolean;
  readonly isBackedUp?: boolean;
};
const telephone: Virtual = { protocol: 'ctap2', transport: 'internal', canVerifyUser: true, isBackedUp: true };
const securityKey: Virtual = { protocol: 'ctap2', transport: 'usb', canVerifyUser: true };
const oldKey: Virtual = { protocol: 'u2f', transport: 'usb', canVerifyUser: false };

describeWith(chromiumPrograms, 'passkeys, judged by Chromium', () => {
  let server: Server;
  let party: RelyingParty;
  beforeAll(async () => {
    server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    party = { id: 'localhost', origin: `http://localhost:${port}`, name: '学門大学' };
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** A page of ours in a browser with one device. */
  async function open({ protocol, transport, canVerifyUser, isBackedUp = false }: Virtual) {
    const page = await openBrowser({ language: 'ja', size: 'desktop' });
    await page.goto(party.origin);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol,
        transport,
        hasResidentKey: protocol === 'ctap2',
        hasUserVerification: canVerifyUser,
        isUserVerified: canVerifyUser,
        automaticPresenceSimulation: true,
        defaultBackupEligibility: isBackedUp,
        defaultBackupState: isBackedUp,
      },
    });
    /** What our own page does: JSON in, JSON out. */
    const ask = (kind: 'create' | 'get', options: string): Promise<string> =>
      page.evaluate(
        async ([how, json]) => {
          const scope = globalThis as unknown as { navigator: { credentials: Browser }; PublicKeyCredential: Parser };
          const { credentials } = scope.navigator;
          const given = JSON.parse(json ?? '');
          const made = await (how === 'create'
            ? credentials.create({ publicKey: scope.PublicKeyCredential.parseCreationOptionsFromJSON(given) })
            : credentials.get({ publicKey: scope.PublicKeyCredential.parseRequestOptionsFromJSON(given) }));
          return JSON.stringify(made);
        },
        [kind, options],
      );
    return {
      async create(existing: readonly WebauthnAuthenticator[] = [], hint?: AuthenticatorHint) {
        const { options, challenge } = makeRegistrationOptions(party, owner, existing, anyModel, hint);
        const response = await ask('create', options);
        const made = await verifyRegistration({ response, expectedChallenge: challenge, party, policy: anyModel, now });
        return { ...made, name: 'a key', lastUsed: undefined };
      },
      async get(
        authenticator: WebauthnAuthenticator,
        {
          mustVerify = false,
          isKnown = true,
          as = party,
        }: { mustVerify?: boolean; isKnown?: boolean; as?: RelyingParty } = {},
      ) {
        const allowed = isKnown ? [authenticator] : undefined;
        const { options, challenge } = makeAuthenticationOptions(party, allowed, mustVerify ? 'required' : 'preferred');
        const response = await ask('get', options);
        const question = { expectedChallenge: challenge, party: as, authenticator, userHandle: owner.userHandle };
        return {
          told: parseAssertionId(response),
          verified: verifyAuthentication({ ...question, response, requireUserVerification: mustVerify }),
        };
      },
    };
  }

  test('a telephone with a passkey that its vendor keeps logs in without a name', async () => {
    const browser = await open(telephone);
    const made = await browser.create([], 'client-device');
    expect(made).toMatchObject({ canVerifyUser: true, isBackupEligible: true, isBackedUp: true });
    expect(made.transports).toContain('internal');
    const { told, verified } = await browser.get(made, { mustVerify: true, isKnown: false });
    expect(told).toEqual({ credentialId: made.credentialId, userHandle: owner.userHandle });
    expect((await verified).traits).toEqual(['user-verified', 'synced']);
  });

  test('a security key with a PIN counts, and is not enrolled twice', async () => {
    const browser = await open(securityKey);
    const made = await browser.create([], 'security-key');
    expect(made).toMatchObject({ canVerifyUser: true, isBackupEligible: false, transports: ['usb'] });
    const first = await (await browser.get(made)).verified;
    const second = await (await browser.get({ ...made, counter: first.counter })).verified;
    expect(second.counter).toBeGreaterThan(first.counter);
    await expect(browser.create([made])).rejects.toThrow('InvalidStateError');
  });

  test('a key of the years before FIDO2 is a second factor, and no more', async () => {
    const browser = await open(oldKey);
    const made = await browser.create();
    expect(made.canVerifyUser).toBe(false);
    expect((await (await browser.get(made)).verified).traits).toEqual([]);
  });

  test('what was signed on one origin is nothing to another', async () => {
    const browser = await open(securityKey);
    const made = await browser.create();
    const elsewhere = { ...party, origin: 'http://localhost:1' };
    expect(await refusalOf((await browser.get(made, { as: elsewhere })).verified)).toContain('another origin');
    const otherHost = { ...party, id: 'idp.example.ac.jp' };
    expect(await refusalOf((await browser.get(made, { as: otherHost })).verified)).toContain('RP ID');
  });
});

type Browser = Record<'create' | 'get', (options: { readonly publicKey: unknown }) => Promise<unknown>>;
type Parser = Record<'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON', (json: unknown) => unknown>;
