import type { AssertionConsumerService, ServiceProvider } from '@gakumon/metadata';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';

/** How an AuthnRequest names the place for the answer: by address, by index, or not at all (SAML Core 3.4.1). */
export type AssertionConsumerServiceWish = { readonly url: string | undefined; readonly index: number | undefined };

/**
 * Chooses where the answer goes, out of verified metadata only (law 3). Addresses are compared octet by octet: an
 * address that merely means the same is another one. SAML Core 3.4.1 makes address and index (and index and
 * ProtocolBinding) exclude each other, yet senders write both: both must then mean the same endpoint, so that it never
 * matters which of them a reader believes.
 * @throws GakumonError `acs-unknown`
 */
export function chooseAssertionConsumerService(
  serviceProvider: ServiceProvider,
  wish: AssertionConsumerServiceWish,
): AssertionConsumerService {
  const all = serviceProvider.assertionConsumerServices;
  const named = all.filter(
    (acs) =>
      (wish.url === undefined || acs.location === wish.url) && (wish.index === undefined || acs.index === wish.index),
  );
  const isNamed = wish.url !== undefined || wish.index !== undefined;
  const chosen = isNamed ? named[0] : (all.find((acs) => acs.isDefault) ?? all[0]);
  if (chosen === undefined) {
    throw new GakumonError('acs-unknown', {
      detail: `${serviceProvider.entityId} has no ${wishText(wish)}`,
    });
  }
  return chosen;
}

function wishText({ url, index }: AssertionConsumerServiceWish): string {
  const told = [
    ...(url === undefined ? [] : [`address ${quoteUntrusted(url, 500)}`]),
    ...(index === undefined ? [] : [`index ${index}`]),
  ];
  return told.join(' with ') || 'AssertionConsumerService';
}
