import type { ReleaseRules } from '@gakumon/attributes';
import { continueSso, type InboundAuthnRequest, receiveAuthnRequest, ssoPaths } from '@gakumon/idp';
import { minutes, nameIdFormats, statuses } from '@gakumon/terms';
import {
  fixedClock,
  listVendorRequests,
  type Vendor,
  type VendorRequest,
  vendorSp,
  vendors,
  writeVendorRequest,
} from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { baseUrl, browser, logIn, makeTestIdp, readBy } from './testIdp.ts';

type Binding = VendorRequest['binding'];
const everyWay = ['redirect', 'signed redirect', 'post', 'signed post'] as const;
type Way = (typeof everyWay)[number];

const cases = Object.values(vendors).flatMap((vendor) =>
  listVendorRequests(vendor).flatMap((request) =>
    everyWay
      .filter((way) => vendor.signature !== undefined || !way.startsWith('signed'))
      .map((way) => ({ vendor, request, way, title: `${vendor.name}, ${request}` })),
  ),
);
const signedCases = cases.filter(({ way }) => way.startsWith('signed'));

const toInbound = (sent: VendorRequest): InboundAuthnRequest =>
  sent.binding === 'redirect'
    ? { binding: 'redirect', rawQuery: sent.rawQuery }
    : { binding: 'post', samlRequest: [sent.samlRequest], relayState: [sent.relayState] };

/** Permits what some makers insist on: a persistent NameID, and an identifier to hold a login hint against. */
const generous: ReleaseRules = [
  { name: 'all', to: 'any', release: ['eduPersonPrincipalName'], deny: [], nameId: [nameIdFormats.persistent] },
];

/** An IdP that knows the SP, and what the SP sends now. */
async function begin({ vendor, request, way }: { vendor: Vendor; request: string; way: Way }, rules = generous) {
  const clock = fixedClock('2024-04-08T09:00:00.123Z');
  const isSigned = way.startsWith('signed');
  const binding: Binding = way.endsWith('redirect') ? 'redirect' : 'post';
  const sp = vendorSp(vendor, { clock, authnRequestsSigned: isSigned });
  const { idp } = await makeTestIdp([sp], { clock, rules });
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
      forceAuthn: /ForceAuthn="(1|true)"/.test(sent.xml),
    });
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ kind: 'login' });
    const step = await logIn(idp, attempt);
    expect(step).toMatchObject({ delivery: { assertionConsumerService: sp.acs, relayState: sent.relayState } });
    const asked = /<\w*:?NameIDPolicy[^>]* Format="([^"]*)"/.exec(sent.xml)?.[1] ?? nameIdFormats.unspecified;
    const given = asked === nameIdFormats.unspecified ? nameIdFormats.transient : asked;
    expect(readBy(sp, step, sent.id).assertion?.nameId.format).toBe(given);
  });

  test.each([
    ['a persistent NameID', vendors.keycloak, 'persistent', statuses.invalidNameIdPolicy],
    ['a persistent NameID', vendors.microsoftEntraId, 'persistent', statuses.invalidNameIdPolicy],
    ['a person, whose name it is not told', vendors.keycloak, 'login-hint', statuses.unknownPrincipal],
  ] as const)('%s is refused where no rule permits it', async (_what, vendor, request, second) => {
    const { sp, idp, sent } = await begin({ vendor, request, way: 'post' }, []);
    const step = await logIn(idp, await receiveAuthnRequest(idp, toInbound(sent)));
    expect(readBy(sp, step, sent.id).status).toMatchObject({ code: statuses.requester, second });
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
