import type { NamedNetwork } from '@gakumon/mfa';
import { GakumonError, type Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import { messageOf } from '../../pages/showError.ts';
import type { AuthenticatorsNotice } from '../../views/authenticatorsPages.ts';
import type { DeedNotice } from './notice.ts';

/**
 * Says what became of the last order in the reader's language.
 * @param networks of the policy, where a refusal names some of them
 */
export function viewNotice(
  notice: DeedNotice | undefined,
  language: Language,
  networks: readonly NamedNetwork[] = [],
): AuthenticatorsNotice | undefined {
  if (notice === undefined) return undefined;
  if (notice.kind === 'refused') return viewRefusal(notice, language, networks);
  const { notices } = pageTexts[language].authenticators;
  const done = (lines: readonly string[]) => ({ isProblem: false, title: lines[0], lines: lines.slice(1) });
  if (notice.kind === 'proved') return done([notices.proved]);
  const first = fillPlaceholders(notices[notice.kind], { name: notice.name });
  if (notice.kind !== 'added' && notice.kind !== 'tried') return done([first]);
  const { drift } = notice;
  if (drift === undefined) return done([first]);
  const words = notice.kind === 'added' ? notices.addedDrift : notices.triedDrift;
  return done([first, fillPlaceholders(words, drift)]);
}

function viewRefusal(
  { code, data, reference }: Extract<DeedNotice, { kind: 'refused' }>,
  language: Language,
  networks: readonly NamedNetwork[],
): AuthenticatorsNotice {
  const { login, authenticators } = pageTexts[language];
  const { title, text, next } = messageOf(new GakumonError(code, { data }), language, networks);
  // No login is under way that could start again
  const lines = code === 'otp-start-again' ? [authenticators.notices.triedEnough] : [text, next];
  const wrong = messageOf(new GakumonError('otp-wrong'), language).title;
  return {
    isProblem: true,
    title: code === 'otp-start-again' ? wrong : title,
    lines: reference === undefined ? lines : [...lines, fillPlaceholders(login.reference, { reference })],
  };
}
