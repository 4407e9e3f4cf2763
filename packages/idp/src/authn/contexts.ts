import { authnContexts } from '@gakumon/terms';
import type { AuthenticationFact } from '../ports.ts';

/** An AuthnContext class that this IdP can assert: its URI, and what must have been proved for it to be true. */
export type AuthnContextDefinition = {
  readonly uri: string;
  /** Orders the classes for minimum, maximum and better (SAML Core 3.3.2.2.1); a larger number is stronger. */
  readonly strength: number;
  /** The facts that make the class true, or undefined when these facts do not. */
  readonly provenBy: (facts: readonly AuthenticationFact[]) => readonly AuthenticationFact[] | undefined;
};

/** The latest password fact proves the password classes. */
const password = (facts: readonly AuthenticationFact[]): readonly AuthenticationFact[] | undefined => {
  const proofs = facts.filter((fact) => fact.authenticator === 'password');
  const latest = proofs.reduce<AuthenticationFact | undefined>(
    (best, fact) => (best === undefined || fact.at >= best.at ? fact : best),
    undefined,
  );
  return latest === undefined ? undefined : [latest];
};

/** The classes of a login by password; the first is asserted when nothing was asked for. */
export const passwordContexts: readonly AuthnContextDefinition[] = [
  { uri: authnContexts.passwordProtectedTransport, strength: 2, provenBy: password },
  { uri: authnContexts.password, strength: 1, provenBy: password },
];
