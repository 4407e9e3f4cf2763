import { builtInContexts } from '../assurance/contexts.ts';
import type { StepUpPolicy } from './policy.ts';

/** Without policy.yaml: a second factor only where a service asks for one, and nobody enrols by a password alone (law 7). */
export const defaultPolicy: StepUpPolicy = {
  networks: [],
  rules: [],
  enrolment: [],
  offered: ['webauthn', 'totp'],
  contexts: builtInContexts,
  webauthn: { attestation: 'none', aaguids: undefined },
};
