import { type PortalAttempt, sealPortalAttempt } from '@gakumon/idp';
import type { Language } from '@gakumon/terms';
import { type Door, portalPath } from '../door.ts';
import { pageTexts } from '../messages/index.ts';
import { authenticatorsPath } from './authenticators/paths.ts';

/** Where proofs for pages of ours are asked for. */
export const portalLoginPath = `${portalPath}/login`;
export const portalStepUpPath = `${portalPath}/step-up`;
export const portalPasswordPath = `${portalPath}/change-password`;
export const portalWebauthnPath = `${portalPath}/webauthn`;

/**
 * Where an attempt goes on, by GET.
 * @param way which of several ways to confirm who it is; undefined: the first
 */
export function portalStepAddress({ parts }: Pick<Door, 'parts'>, attempt: PortalAttempt, way?: string): string {
  const query = new URLSearchParams({ attempt: sealPortalAttempt(parts.idp, attempt) });
  if (way !== undefined) query.set('way', way);
  return `${portalLoginPath}?${query}`;
}

/** What the page that an attempt leads to is called, and what it is about. */
export type PageWords = { readonly title: string; readonly about: string; readonly toPage: string };

export function wordsOfPage({ page }: PortalAttempt, language: Language): PageWords {
  const { portal, authenticators } = pageTexts[language];
  if (page?.startsWith(authenticatorsPath)) return authenticators;
  return { ...portal, toPage: portal.toPortal };
}
