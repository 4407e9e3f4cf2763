import { continueSso, type InboundAuthnRequest, receiveAuthnRequest, ssoPaths } from '@gakumon/idp';
import { minutes, statuses } from '@gakumon/terms';
import { fixedClock, type Vendor, type VendorRequest, vendorSp, vendors, writeVendorRequest } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { baseUrl, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

type Binding = VendorRequest['binding'];
const everyWay = ['redirect', 'signed redirect', 'post', 'signed post'] as const;
type Way = (typeof everyWay)[number];

/** The requests of each maker, and the ways in which it sends them. */
const answered: readonly (readonly [Vendor, readonly string[], readonly Way[]])[] = [
  [vendors.shibbolethSp, ['plain', 'fresh-by-password'], everyWay],
  [vendors.simplesamlphp, ['plain', 'for-services-behind-it'], everyWay],
  [vendors.modAuthMellon, ['plain', 'at-least-a-password'], everyWay],
  [vendors.pysaml2, ['plain', 'of-a-proxy'], everyWay],
  [vendors.keycloak, ['plain', 'key-hint'], everyWay],
  [vendors.microsoftEntraId, ['plain', 'prompt-login'], ['redirect', 'post']],
  [vendors.microsoftAdfs, ['plain', 'relayed'], everyWay],
  [vendors.googleWorkspace, ['plain'], ['redirect', 'post']],
];

const cases = answered.flatMap(([vendor, requests, ways]) =>
  requests.flatMap((request) => ways.map((way) => ({ vendor, request, way, title: `${vendor.name}, ${request}` }))),
);
const signedCases = cases.filter(({ way }) => way.startsWith('signed'));

const toInbound = (sent: VendorRequest): InboundAuthnRequest =>
  sent.binding === 'redirect'
    ? { binding: 'redirect', rawQuery: sent.rawQuery }
    : { binding: 'post', samlRequest: [sent.samlRequest], relayState: [sent.relayState] };

/** An IdP that knows the SP, and what the SP sends now. */
async function begin({ vendor, request, way }: { vendor: Vendor; request: string; way: Way }) {
  const clock = fixedClock('2024-04-08T09:00:00.123Z');
  const isSigned = way.startsWith('signed');
  const binding: Binding = way.endsWith('redirect') ? 'redirect' : 'post';
  const sp = vendorSp(vendor, { clock, authnRequestsSigned: isSigned });
  const { idp } = await makeTestIdp([sp], { clock });
  const destination = `${baseUrl}${ssoPaths[binding]}`;
  return {
    clock,
    sp,
    idp,
    sent: writeVendorRequest(vendor, { request, binding, isSigned, destination, now: clock() }),
  };
}

describe('requests as their makers send them', () => {
  test.each(cases)('$title by $way is answered', async (chosen) => {
    const { sp, idp, sent } = await begin(chosen);
    const attempt = await receiveAuthnRequest(idp, toInbound(sent));
    expect(attempt.request).toMatchObject({
      serviceProvider: sp.entityId,
      requestId: sent.id,
      assertionConsumerService: sp.acs,
      relayState: sent.relayState,
      forceAuthn: /fresh|at-least|prompt|relayed/.test(chosen.request),
    });
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ kind: 'login' });
    const step = await logIn(idp, attempt);
    expect(step).toMatchObject({ delivery: { assertionConsumerService: sp.acs, relayState: sent.relayState } });
    expect(readBy(sp, step, sent.id).assertion?.nameId.value).toMatch(/./);
  });

  test.each([
    { vendor: vendors.keycloak, title: vendors.keycloak.name },
    { vendor: vendors.microsoftEntraId, title: vendors.microsoftEntraId.name },
  ])('$title asks for a persistent NameID, which no rule gives it, and is told so', async ({ vendor }) => {
    const { sp, idp, sent } = await begin({ vendor, request: 'persistent', way: 'post' });
    const attempt = await receiveAuthnRequest(idp, toInbound(sent));
    const first = await continueSso(idp, attempt, browser);
    const step = first.kind === 'login' ? await logIn(idp, attempt) : first;
    expect(readBy(sp, step, sent.id).status).toMatchObject({
      code: statuses.requester,
      second: statuses.invalidNameIdPolicy,
    });
  });

  test.each(cases)('$title by $way is refused when it is stale, in whatever precision', async (chosen) => {
    const { clock, idp, sent } = await begin(chosen);
    clock.advance(minutes(120));
    await expect(receiveAuthnRequest(idp, toInbound(sent))).rejects.toMatchObject({ code: 'request-stale' });
  });
});

describe('attack: what a maker signed', () => {
  test.each(signedCases)('$title by $way does not stand when it was changed', async (chosen) => {
    const { idp, sent } = await begin(chosen);
    await expect(receiveAuthnRequest(idp, toInbound(changed(sent)))).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });
  test.each(signedCases)('$title by $way is not believed without its signature', async (chosen) => {
    const { idp, sent } = await begin(chosen);
    const bare = writeVendorRequest(chosen.vendor, {
      request: chosen.request,
      binding: sent.binding,
      isSigned: false,
      destination: `${baseUrl}${ssoPaths[sent.binding]}`,
      now: idp.clock(),
    });
    await expect(receiveAuthnRequest(idp, toInbound(bare))).rejects.toMatchObject({ code: 'signature-missing' });
  });
});

/** By Redirect another RelayState, by POST another instant. */
function changed(sent: VendorRequest): VendorRequest {
  if (sent.binding === 'redirect') {
    return { ...sent, rawQuery: sent.rawQuery.replace('&RelayState=', '&RelayState=x') };
  }
  const xml = Buffer.from(sent.samlRequest, 'base64').toString('utf8');
  const altered = xml.replace(/(IssueInstant="[^"]*)0:/, '$11:');
  return { ...sent, samlRequest: Buffer.from(altered).toString('base64') };
}
