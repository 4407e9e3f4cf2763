import { hash } from 'node:crypto';
import { supportedNameIdFormats } from '@gakumon/attributes';
import { type AttemptId, GakumonError } from '@gakumon/terms';
import type { SsoAttempt, TrustedRequest } from '../types.ts';
import { chooseAssertionConsumerService } from './chooseAssertionConsumerService.ts';
import type { DecodedAuthnRequest } from './decodeAuthnRequest.ts';
import { type DoorContext, doorRules, refusalRules } from './rules.ts';

/**
 * Holds a decoded request against every rule of the door, and makes it a trusted one. What the SP may not ask becomes
 * the request's `refusal`: its sender and the place for the answer are trusted by then, so it can be told.
 * @throws GakumonError the code of the first broken door rule; `acs-unknown`
 */
export function validateAuthnRequest(decoded: DecodedAuthnRequest, context: DoorContext): SsoAttempt {
  const broken = doorRules.find((rule) => !rule.holds(decoded, context));
  if (broken !== undefined) {
    throw new GakumonError(broken.code, {
      detail: `${broken.name} (${broken.section}): ${decoded.serviceProvider.entityId}`,
    });
  }
  const { request, serviceProvider } = decoded;
  const wish = { url: request.assertionConsumerServiceUrl, index: request.assertionConsumerServiceIndex };
  const acs = chooseAssertionConsumerService(serviceProvider, wish);
  return { id: attemptIdOf(decoded), request: trust(decoded, acs.location, context) };
}

function trust(decoded: DecodedAuthnRequest, assertionConsumerService: string, door: DoorContext): TrustedRequest {
  const { request, serviceProvider, relayState } = decoded;
  const context = request.requestedAuthnContext;
  const asked = request.subject?.nameId;
  return {
    serviceProvider: serviceProvider.entityId,
    requestId: request.id,
    assertionConsumerService,
    relayState,
    forceAuthn: request.forceAuthn,
    isPassive: request.isPassive,
    requestedAuthnContext:
      context === undefined ? undefined : { comparison: context.comparison, classes: context.classReferences },
    attributeConsumingServiceIndex: request.attributeConsumingServiceIndex,
    nameIdFormat: supportedNameIdFormats.find((format) => format === request.nameIdPolicy?.format),
    subject: asked === undefined ? undefined : { format: asked.format, value: asked.value },
    refusal: refusalRules.find((rule) => rule.refuses(decoded, door))?.code,
    receivedAt: door.now,
  } as TrustedRequest;
}

/** The same message always makes the same attempt, so that a reload is recognised and a second answer is not given. */
function attemptIdOf({ request, serviceProvider }: DecodedAuthnRequest): AttemptId {
  const identity = JSON.stringify([serviceProvider.entityId, request.id, request.issueInstant]);
  return hash('sha256', identity, 'base64url') as AttemptId;
}
