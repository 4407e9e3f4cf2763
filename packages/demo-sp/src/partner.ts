import { seconds } from '@gakumon/terms';
import { fetchIdpMetadata } from './idpMetadata.ts';
import { demoSpMetadata } from './saml/metadata.ts';
import type { Refused } from './saml/refusal.ts';
import { openSamlSide, type SamlSide, type Verified } from './saml/samlify.ts';
import type { Settings } from './settings.ts';

/** The IdP, as far as the demonstration knows it. */
export type Partner = {
  /** @returns undefined when the IdP is not up */
  find(): Promise<SamlSide | undefined>;
  /** Verifies an answer; the IdP may have new keys since its metadata was read, so a bad signature has them read again. */
  verify(samlResponse: string): Promise<{ answer: Verified | Refused; idpEntityId: string } | undefined>;
};

/** Between two readings on account of a bad signature; whoever posts rubbish must not keep the IdP busy. */
const restBetweenReadings = seconds(10);

export function createPartner(settings: Settings, now: () => number): Partner {
  let side: Promise<SamlSide | undefined> | undefined;
  let readAt = 0;

  const read = async (): Promise<SamlSide | undefined> => {
    readAt = now();
    const idpMetadata = await fetchIdpMetadata(`${settings.idp}/idp/shibboleth`, settings.patience);
    if (idpMetadata === undefined) return undefined;
    const spMetadata = demoSpMetadata(settings);
    return openSamlSide({ spMetadata, privateKey: settings.privateKey, idpMetadata });
  };
  const find = async (): Promise<SamlSide | undefined> => {
    side ??= read();
    const found = await side.catch(() => undefined);
    if (found === undefined) side = undefined;
    return found;
  };
  return {
    find,
    verify: async (samlResponse) => {
      const known = await find();
      if (known === undefined) return undefined;
      const answer = await known.verify(samlResponse);
      const badSignature = answer.kind === 'refused' && answer.reason === 'signature';
      if (!badSignature || now() - readAt < restBetweenReadings) return { answer, idpEntityId: known.idpEntityId };
      side = undefined;
      const renewed = await find();
      if (renewed === undefined) return undefined;
      return { answer: await renewed.verify(samlResponse), idpEntityId: renewed.idpEntityId };
    },
  };
}
