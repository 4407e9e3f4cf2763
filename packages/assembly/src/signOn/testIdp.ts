import { createComputedIdGenerator, noRecipes, type ReleaseRules } from '@gakumon/attributes';
import { createFileDirectory, type Directory, hashPassword } from '@gakumon/directory';
import {
  acceptPassword,
  continueSso,
  type Delivery,
  defaultServiceProviderSettings,
  type HistoryEvent,
  type Idp,
  isRevokedBy,
  makeSealingKeys,
  type ReleaseEvent,
  type Revocation,
  receiveAuthnRequest,
  type ServiceProviderSettings,
  type SsoAttempt,
  type SsoStep,
  type Visitor,
} from '@gakumon/idp';
import { createServiceProviders, parseServiceProviders } from '@gakumon/metadata';
import { defaultPolicy } from '@gakumon/mfa';
import { openStores } from '@gakumon/stores';
import { type BrowserId, hours, type SessionToken, toEntityId } from '@gakumon/terms';
import {
  type Expectation,
  type FixedClock,
  fixedClock,
  type PretendSp,
  type ReadResponse,
  type SendOptions,
  sequentialIds,
  testKeys,
} from '@gakumon/testkit';
import { createSealedAuthenticators } from '../authenticators/sealedAuthenticators.ts';
import { createSealedPlaces } from '../authenticators/sealedPlaces.ts';

export const baseUrl = 'https://idp.example.ac.jp';
export const password = 'とても秘密な言葉';
export const browser: Visitor = { browser: 'browser-1' as BrowserId, session: undefined, address: '192.0.2.1' };

export type TestIdp = {
  readonly idp: Idp;
  readonly clock: FixedClock;
  readonly delays: number[];
  /** What was written down, oldest first. */
  readonly events: HistoryEvent[];
  /** What left the house, oldest first. */
  readonly released: ReleaseEvent[];
  /** What was revoked, as every node knows it by and by. */
  readonly revoked: Revocation[];
};

/** An IdP over memory, with a clock that stands still, counted ids and keys that everybody knows. */
export async function makeTestIdp(
  sps: readonly PretendSp[],
  options: {
    readonly clock?: FixedClock;
    readonly rules?: ReleaseRules;
    readonly settings?: Partial<ServiceProviderSettings>;
    readonly sourceCipher?: ReturnType<Idp['cipherOfSource']>;
    readonly directories?: readonly Directory[];
    readonly wantAuthnRequestsSigned?: boolean;
  } = {},
): Promise<TestIdp> {
  const clock = options.clock ?? fixedClock();
  const delays: number[] = [];
  const events: HistoryEvent[] = [];
  const revoked: Revocation[] = [];
  const released: ReleaseEvent[] = [];
  const entityId = toEntityId(`${baseUrl}/idp/shibboleth`);
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'records' }, clock });
  const sources = sps.map((sp) => ({
    name: 'test',
    serviceProviders: parseServiceProviders(Buffer.from(sp.metadata()), 'test').serviceProviders,
  }));
  const directories = options.directories ?? [await makeDirectory('local', 's1234567', password)];
  const generator = createComputedIdGenerator({
    name: 'computed',
    source: 'username',
    salt: Buffer.from('0123456789abcdef'),
    algorithm: 'sha1',
    encoding: 'base32',
  });
  const sealingKeys = makeSealingKeys([new Uint8Array(32).fill(1)]);
  const idp: Idp = {
    entityId,
    baseUrl,
    scopes: ['example.ac.jp'],
    directoryScopes: {},
    clock,
    newId: sequentialIds('_'),
    newSessionToken: sequentialIds('session-token-') as () => SessionToken,
    delay: async (milliseconds) => {
      delays.push(milliseconds);
    },
    signingKey: {
      privateKey: testKeys.idpSigning.privateKey,
      certificate: testKeys.idpSigning.certificate,
      algorithm: 'rsa-sha256',
    },
    decryptionKeys: [testKeys.idpEncryption.privateKey],
    sealingKeys,
    identifierGenerators: { targetedId: generator, pairwiseId: generator, persistent: generator },
    serviceProviders: createServiceProviders(sources, { ownEntityId: entityId, clock }),
    cipherOfSource: () => options.sourceCipher,
    wantAuthnRequestsSigned: options.wantAuthnRequestsSigned ?? false,
    settingsOf: () => ({ ...defaultServiceProviderSettings, ...options.settings }),
    releaseRules: () => options.rules ?? [],
    accessRules: () => [],
    recipes: () => noRecipes,
    directories: () => directories,
    policy: () => defaultPolicy,
    relyingParty: { id: 'idp.example.ac.jp', origin: baseUrl, name: 'Gakumon University' },
    lifetimes: { idle: hours(1), lifetime: hours(8) },
    ...stores,
    authenticators: createSealedAuthenticators(stores.sealed, sealingKeys),
    places: createSealedPlaces(stores.sealed, sealingKeys, clock),
    revocations: {
      add: async (revocation) => {
        await stores.revocations.add(revocation);
        revoked.push(revocation);
      },
    },
    isRevoked: (login) => isRevokedBy(revoked, login),
    history: { append: (event) => void events.push(event) },
    releaseLog: { append: (event) => void released.push(event) },
    isBlocked: () => false,
  };
  return { idp, clock, delays, events, released, revoked };
}

/** A directory of one person, whose password hash is cheap. */
export async function makeDirectory(name: string, username: string, secret: string): Promise<Directory> {
  const passwordHash = await hashPassword(secret, { logN: 10, r: 8, p: 1 });
  const attributes = { displayName: ['Hanako Gakumon'], jaDisplayName: ['学門 花子'], affiliation: ['student'] };
  const person = { username, passwordHash, groups: ['students'], totpSecret: undefined, attributes };
  return createFileDirectory(name, () => [person]);
}

/** Sends an AuthnRequest by HTTP-Redirect. */
export async function ask(
  idp: Idp,
  sp: PretendSp,
  options: SendOptions = {},
): Promise<{ readonly attempt: SsoAttempt; readonly requestId: string }> {
  const sent = sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`, options);
  const rawQuery = new URL(sent.url).search.slice(1);
  return { attempt: await receiveAuthnRequest(idp, { binding: 'redirect', rawQuery }), requestId: sent.id };
}

/** Types the password and goes on. */
export async function logIn(idp: Idp, attempt: SsoAttempt, visitor = browser): Promise<SsoStep> {
  await acceptPassword(idp, attempt, visitor, { username: 's1234567', password });
  return continueSso(idp, attempt, visitor);
}

/** The visitor after a step: with the session that it began. */
export function afterwards(step: SsoStep, visitor = browser): Visitor {
  const token: SessionToken | undefined = 'session' in step ? step.session?.token : undefined;
  return { ...visitor, session: token ?? visitor.session };
}

export function deliveryOf(step: SsoStep): Delivery {
  if (step.kind !== 'deliver') throw new Error(`not delivered but ${step.kind}`);
  return step.delivery;
}

/** Reads the answer as the SP does, with every check of its own. */
export function readBy(
  sp: PretendSp,
  step: SsoStep,
  requestId: string | null,
  expected: Partial<Expectation> = {},
): ReadResponse {
  return sp.read(deliveryOf(step).samlResponse, {
    ...expected,
    requestId,
    idpEntityId: `${baseUrl}/idp/shibboleth`,
    idpCertificates: [testKeys.idpSigning.certificatePem],
  });
}
