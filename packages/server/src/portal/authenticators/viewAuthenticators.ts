import { type AuthenticatorOwner, formToken, type Idp, showAuthenticator } from '@gakumon/idp';
import type { Authenticator, EnrolmentDecision, ShownAuthenticator, StepUpPolicy } from '@gakumon/mfa';
import type { Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import type { AuthenticatorsNotice, AuthenticatorsPage, AuthenticatorView } from '../../views/authenticatorsPages.ts';
import { showAddress } from '../../views/showAddress.ts';
import { showTime } from '../../views/showTime.ts';
import { nameNetworks } from '../../views/whyAsked.ts';
import { deedPurpose } from './paths.ts';

/** What the page is about. */
export type AuthenticatorsMatter = {
  readonly owner: AuthenticatorOwner;
  /** In the order in which they are offered. */
  readonly authenticators: readonly Authenticator[];
  readonly enrolment: EnrolmentDecision;
  readonly notice: AuthenticatorsNotice | undefined;
};

type Known = Pick<Idp, 'sealingKeys'> & { policy(): Pick<StepUpPolicy, 'offered' | 'networks'> };

/** Says it in the reader's language, with the tokens of the forms. */
export function viewAuthenticators(idp: Known, matter: AuthenticatorsMatter, language: Language): AuthenticatorsPage {
  const t = pageTexts[language].authenticators;
  const { owner, authenticators, notice, enrolment } = matter;
  const { offered, networks } = idp.policy();
  // Who may enrol once the password is proved again is asked for it on the way
  const mayEnrol = enrolment.allowed || enrolment.afterPassword;
  return {
    template: 'authenticators',
    title: t.title,
    text: fillPlaceholders(t.text, { username: owner.person.username }),
    notice,
    status: viewStatus(authenticators.length, language),
    authenticators: authenticators.map((one, index) =>
      viewOne(idp, owner, showAuthenticator(one), { index, count: authenticators.length }, language),
    ),
    offered: mayEnrol ? offered : [],
    closed: mayEnrol ? undefined : viewClosed(networks, enrolment.elsewhere, authenticators.length > 0, language),
  };
}

function viewStatus(count: number, language: Language): AuthenticatorsPage['status'] {
  const { status, statusNext } = pageTexts[language].authenticators;
  if (count === 0) return { isSafe: false, text: status.none, next: statusNext.none };
  if (count === 1) return { isSafe: false, text: status.one, next: statusNext.one };
  return { isSafe: true, text: fillPlaceholders(status.several, { count }), next: undefined };
}

function viewOne(
  idp: Known,
  { browser, person }: AuthenticatorOwner,
  one: ShownAuthenticator,
  { index, count }: { readonly index: number; readonly count: number },
  language: Language,
): AuthenticatorView {
  const t = pageTexts[language].authenticators;
  const token = (deed: 'rename' | 'prefer'): string =>
    formToken(idp, browser, deedPurpose(deed, person.username, one.id));
  const marks = marksOf(one, index === 0 && count > 1);
  const { lastUsed } = one;
  return {
    id: one.id,
    name: one.isFixed ? t.names[one.kind] : one.name,
    kind: one.kind,
    kindText: t.kinds[one.kind],
    since: one.isFixed ? undefined : showTime(one.createdAt, language),
    lastUsed:
      lastUsed &&
      fillPlaceholders(t.usedFrom, {
        time: showTime(lastUsed.at, language).shown,
        address: showAddress(lastUsed.address, language),
      }),
    marks: marks.map((name) => ({ name, text: t.marks[name] })),
    remarks: marks.flatMap((name) => (name === 'first' ? [] : [t.markTexts[name]])),
    rename: one.isFixed ? undefined : token('rename'),
    prefer: index === 0 ? undefined : token('prefer'),
    canExport: one.kind === 'totp' && !one.isFixed,
    canRemove: !one.isFixed,
  };
}

function marksOf({ isSynced, isShared, isFixed }: ShownAuthenticator, isFirst: boolean) {
  const marks = { first: isFirst, synced: isSynced, shared: isShared, fixed: isFixed } as const;
  return (['first', 'synced', 'shared', 'fixed'] as const).filter((name) => marks[name]);
}

/** What helps who may not enrol now: what they have, else another place, else the help desk. */
function viewClosed(
  networks: StepUpPolicy['networks'],
  elsewhere: readonly string[],
  canProveOther: boolean,
  language: Language,
): AuthenticatorsPage['closed'] {
  const t = pageTexts[language].authenticators;
  const places = elsewhere.length === 0 ? undefined : nameNetworks(networks, elsewhere, language);
  const there = places && fillPlaceholders(t.closedElsewhere, { places });
  if (canProveOther) return { text: t.closedUseOther, canProveOther, where: there };
  return { text: t.closed, canProveOther, where: there ?? t.closedNowhere };
}
