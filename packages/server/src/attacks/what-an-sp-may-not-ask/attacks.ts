import { authnContexts, bindings, nameIdFormats } from '@gakumon/terms';
import { type Attack, byBoth } from '../attack.ts';

const subject = (content: string) => ({ extra: `<saml:Subject>${content}</saml:Subject>` });

export const attacks: readonly Attack[] = [
  ...byBoth('IsPassive for a stranger', { sp: 'no-passive' }, { isPassive: true }),
  ...byBoth('IsPassive and ForceAuthn', { sp: 'no-passive' }, { isPassive: true, forceAuthn: true }),
  ...byBoth(
    'a context that nobody reaches',
    { sp: 'no-authn-context' },
    { requestedAuthnContext: { classes: ['urn:x'] } },
  ),
  ...byBoth(
    'a context better than the best',
    { sp: 'no-authn-context' },
    {
      requestedAuthnContext: { comparison: 'better', classes: [authnContexts.refedsMfa] },
    },
  ),
  ...byBoth('an answer by HTTP-Redirect', { sp: 'binding-unsupported' }, { protocolBinding: bindings.redirect }),
  ...byBoth('a NameID that nobody makes', { sp: 'name-id-policy' }, { nameIdPolicy: { format: nameIdFormats.entity } }),
  ...byBoth(
    'a NameID of another SP',
    { sp: 'name-id-policy' },
    { nameIdPolicy: { spNameQualifier: 'https://second.example.net/saml' } },
  ),
  ...byBoth(
    'a Subject to be confirmed',
    { sp: 'request-unsupported' },
    subject('<saml:SubjectConfirmation Method="b"/>'),
  ),
  ...byBoth('a Subject in a cipher', { sp: 'request-unsupported' }, subject('<saml:EncryptedID/>')),
];
