import { buildResponse } from '@gakumon/saml';
import { type ErrorCodeTelling, errorTable } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';
import type { UnsignedResponse } from './stages.ts';

/** Writes the SAML error that a verified SP is told (SAML Core 3.2.2); the status pair is the error table's. */
export function buildErrorResponse(idp: Idp, { request }: SsoAttempt, code: ErrorCodeTelling<'sp'>): UnsignedResponse {
  const [top, second] = errorTable[code].status;
  const response = buildResponse({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: idp.clock(),
    destination: request.assertionConsumerService,
    inResponseTo: request.requestId,
    status: { code: top, second, message: code },
    assertion: undefined,
  });
  const { assertionConsumerService, relayState } = request;
  return { response, isSignedInside: false, assertionConsumerService, relayState } as UnsignedResponse;
}
