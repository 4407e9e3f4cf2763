import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { InboundAuthnRequest } from '@gakumon/idp';
import { ns } from '@gakumon/terms';
import fc from 'fast-check';
import { below, mutate, pick, type Random } from './mutate.ts';
import { baseUrl, now, type Seed, seeds } from './seeds.ts';

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const redirect = (rawQuery: string): InboundAuthnRequest => ({ binding: 'redirect', rawQuery });
const post = (samlRequest: string, relayState: readonly string[] = []): InboundAuthnRequest => ({
  binding: 'post',
  samlRequest: [samlRequest],
  relayState,
});

/** A real request, changed at one of the layers that it is wrapped in. */
export function mutated(random: Random): InboundAuthnRequest {
  const { inbound } = pick(random, seeds);
  const other = pick(random, seeds);
  return inbound.binding === 'redirect'
    ? mutatedQuery(inbound.rawQuery, random, other)
    : mutatedForm(inbound, random, other);
}

function mutatedQuery(rawQuery: string, random: Random, other: Seed): InboundAuthnRequest {
  if (below(random, 3) === 0) {
    return redirect(mutate(Buffer.from(rawQuery), random, Buffer.from(other.xml)).toString('latin1'));
  }
  const [, value = ''] = /SAMLRequest=([^&]*)/.exec(rawQuery) ?? [];
  const deflated = Buffer.from(decodeURIComponent(value), 'base64');
  const changed =
    below(random, 4) === 0
      ? mutate(deflated, random, deflated)
      : deflateRawSync(mutate(inflateRawSync(deflated), random, Buffer.from(other.xml)), { level: 1 });
  return redirect(rawQuery.replace(/SAMLRequest=[^&]*/, () => `SAMLRequest=${encodeURIComponent(encode(changed))}`));
}

function mutatedForm(
  { samlRequest, relayState }: Extract<InboundAuthnRequest, { binding: 'post' }>,
  random: Random,
  other: Seed,
): InboundAuthnRequest {
  const [value = ''] = samlRequest;
  if (below(random, 4) === 0) {
    return post(mutate(Buffer.from(value), random, Buffer.from(value)).toString('latin1'), relayState);
  }
  return post(encode(mutate(Buffer.from(value, 'base64'), random, Buffer.from(other.xml))), relayState);
}

const names = ['AuthnRequest', 'Issuer', 'NameIDPolicy', 'Subject', 'NameID', 'Conditions', 'Scoping', 'Extensions'];
const attributeNames = ['ID', 'Version', 'IssueInstant', 'Destination', 'ForceAuthn', 'ProtocolBinding', 'Format', 'x'];
const values = fc.oneof(
  fc.constantFrom('', '2.0', '_1', 'true', '1', new Date(now).toISOString(), baseUrl, 'https://open.example.org/sp'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const escapeMarkup = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** XML in the words of SAML, in any order. */
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc
    .tuple(
      fc.constantFrom('samlp:', 'saml:', 'ds:', ''),
      fc.constantFrom(...names),
      fc.dictionary(fc.constantFrom(...attributeNames), values, { maxKeys: 4 }),
      fc.array(fc.oneof({ maxDepth: 4, withCrossShrink: false }, values.map(escapeMarkup), tie('tree')), {
        maxLength: 4,
      }),
    )
    .map(([prefix, name, attributes, children]) => {
      const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeMarkup(value)}"`);
      return `<${prefix}${name}${written.join('')}>${children.join('')}</${prefix}${name}>`;
    }),
}));
const request = fc
  .tuple(fc.dictionary(fc.constantFrom(...attributeNames), values, { maxKeys: 5 }), fc.array(tree, { maxLength: 4 }))
  .map(([attributes, children]) => {
    const usual = { ID: '_1', Version: '2.0', IssueInstant: new Date(now).toISOString(), ...attributes };
    const written = Object.entries(usual).map(([key, value]) => ` ${key}="${escapeMarkup(value)}"`);
    return `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" xmlns:ds="${ns.ds}"${written.join('')}><saml:Issuer>https://open.example.org/sp</saml:Issuer>${children.join('')}</samlp:AuthnRequest>`;
  });
const xml = fc.oneof(request, tree, fc.string({ unit: 'binary' })).map((text) => Buffer.from(text));
const bytes = fc.oneof({ weight: 4, arbitrary: xml }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) });
const deflatedQuery = bytes.map((raw) => `SAMLRequest=${encodeURIComponent(encode(deflateRawSync(raw)))}`);

/** What fast-check makes up. */
export const madeUp: fc.Arbitrary<InboundAuthnRequest> = fc.oneof(
  { weight: 6, arbitrary: bytes.map((raw) => post(encode(raw))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(deflatedQuery, values)
      .map(([query, state]) => redirect(`${query}&RelayState=${encodeURIComponent(state.toWellFormed())}`)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => redirect(`SAMLRequest=${text}`)) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.string(), { maxLength: 3 })
      .map((samlRequest) => ({ binding: 'post' as const, samlRequest, relayState: samlRequest })),
  },
);
