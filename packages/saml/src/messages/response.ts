import { statuses } from '@gakumon/terms';
import { element, type OutElement, type RawXml } from '../xml/outElement.ts';
import { formatDateTime } from './dateTime.ts';

/** samlp:Status (SAML Core 3.2.2.1): the top-level code, perhaps a second one, perhaps a message for the SP's operator. */
export type Status = {
  readonly code: string;
  readonly second?: string | undefined;
  readonly message?: string | undefined;
};

export const successStatus: Status = { code: statuses.success };

export type ResponseContents = {
  readonly id: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly issueInstant: number;
  /** The AssertionConsumerService that it is posted to. */
  readonly destination: string;
  readonly inResponseTo: string | undefined;
  readonly status: Status;
  /** A saml:Assertion or saml:EncryptedAssertion; an error carries none. */
  readonly assertion: OutElement | RawXml | undefined;
};

/** Writes samlp:Response (SAML Core 3.3.3). */
export function buildResponse(contents: ResponseContents): OutElement {
  return element(
    'samlp:Response',
    {
      Destination: contents.destination,
      ID: contents.id,
      InResponseTo: contents.inResponseTo,
      IssueInstant: formatDateTime(contents.issueInstant),
      Version: '2.0',
    },
    element('saml:Issuer', {}, contents.issuer),
    buildStatus(contents.status),
    contents.assertion,
  );
}

/** Wraps xenc:EncryptedData as the one content of saml:EncryptedAssertion (SAML Core 2.3.4). */
export function buildEncryptedAssertion(encryptedData: OutElement): OutElement {
  return element('saml:EncryptedAssertion', {}, encryptedData);
}

function buildStatus(status: Status): OutElement {
  const second = status.second === undefined ? undefined : element('samlp:StatusCode', { Value: status.second });
  const message = status.message === undefined ? undefined : element('samlp:StatusMessage', {}, status.message);
  return element('samlp:Status', {}, element('samlp:StatusCode', { Value: status.code }, second), message);
}
