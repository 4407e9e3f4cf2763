import type { StepUp, Visitor } from '@gakumon/idp';
import type { ShownAuthenticator } from '@gakumon/mfa';
import type { Language } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { LanguageSwitch } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import type { LoginStage, OtherWay, PasskeyRequest, StepUpPage } from '../views/stepUpPages.ts';
import { explainWhy } from '../views/whyAsked.ts';
import { type LastTry, refusalOn } from './lastTry.ts';
import { problemOf } from './problemOf.ts';
import { passkeyWay } from './stepPurpose.ts';

/** What one step-up page has that another one hasn't. */
export type StepUpForm = Omit<LoginStage, 'title' | 'account' | 'problem' | 'why'> & {
  /** What it is for, by name. */
  readonly service: string;
  readonly stepUp: StepUp;
  /** Which way is asked for: the id of an authenticator, or `passkey`. */
  readonly way: string | undefined;
  readonly cancelHref: string;
  readonly passkey: {
    readonly action: string;
    readonly csrf: string;
    /** Makes the question for the browser. */
    readonly ask: () => Promise<PasskeyRequest>;
  };
};

/** The page that asks for one of the person's own authenticators, with what became of the last try. */
export async function showStepUpForm(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  form: StepUpForm,
  lastTry: LastTry | undefined,
  { languageSwitch, status = 200 }: { readonly languageSwitch: LanguageSwitch; readonly status?: number },
): Promise<void> {
  // Whoever comes by a session of another node may have no browser name yet
  if (door.cookies.browser(visit.request) === undefined) door.cookies.setBrowser(visit.response, visitor.browser);
  const { language } = visit;
  const { stepUp, service, way, passkey, ...stage } = form;
  const { username, options, reason } = stepUp;
  const t = pageTexts[language].stepUp;
  const ways = listWays(options);
  const chosen = ways.find((one) => one.way === way) ?? ways[0];
  if (chosen === undefined) throw new TypeError('a step-up without an option');
  const problem = problemOf(refusalOn(lastTry, `stepUp ${chosen.way}`), language);
  const page: StepUpPage = {
    ...stage,
    template: 'stepUp',
    title: problem?.message.title ?? `${t.title}: ${service}`,
    account: fillPlaceholders(t.account, { username }),
    problem,
    why: explainWhy(reason, whyContext(door, visit, service)),
    chosen: await viewChosen(door, chosen, passkey, language),
    others: ways.filter((one) => one !== chosen).map((one) => viewOther(one, language)),
  };
  showPage(door, visit, page, { status, languageSwitch: withWay(languageSwitch, way) });
}

/** What the reasons are made of, at this visit. */
export function whyContext(door: Door, visit: Visit, service: string) {
  const { networks } = door.parts.idp.policy();
  const { language } = visit;
  return { networks, service, language, userAgent: visit.request.headers['user-agent'] ?? '' };
}

/** The other language shows the same way. */
function withWay(languageSwitch: LanguageSwitch, way: string | undefined): LanguageSwitch {
  return languageSwitch.kind === 'form' ? { ...languageSwitch, way } : languageSwitch;
}

/** All passkeys are one way, since the browser itself lets the person choose. */
type Way = { readonly way: string; readonly authenticators: readonly [ShownAuthenticator, ...ShownAuthenticator[]] };

function listWays(options: readonly ShownAuthenticator[]): readonly Way[] {
  const ways: Way[] = [];
  for (const one of options) {
    const way = one.kind === 'webauthn' ? passkeyWay : one.id;
    const at = ways.findIndex((known) => known.way === way);
    const known = ways[at];
    if (known === undefined) ways.push({ way, authenticators: [one] });
    else ways[at] = { way, authenticators: [...known.authenticators, one] };
  }
  return ways;
}

async function viewChosen(
  door: Door,
  { way, authenticators: [first, ...more] }: Way,
  { action, csrf, ask }: StepUpForm['passkey'],
  language: Language,
): Promise<StepUpPage['chosen']> {
  const t = pageTexts[language].stepUp;
  if (way === passkeyWay) {
    const text = fillPlaceholders(t.passkey.text, { names: namesOf([first, ...more], language) });
    return { kind: 'webauthn', text, action, csrf, request: await ask() };
  }
  const organization = door.parts.config.idp.organization[language];
  const text = fillPlaceholders(t.totp.text, { name: nameOf(first, language), organization });
  return { kind: 'totp', authenticator: first.id, text };
}

function viewOther({ way, authenticators }: Way, language: Language): OtherWay {
  const { others } = pageTexts[language].stepUp;
  const [first] = authenticators;
  const { kind } = first;
  const name = nameOf(first, language);
  const text = fillPlaceholders(others[kind], { name, names: namesOf(authenticators, language) });
  return { way, text, hint: undefined };
}

/** What stands in a directory was named by nobody. */
function nameOf({ isFixed, kind, name }: ShownAuthenticator, language: Language): string {
  return isFixed ? pageTexts[language].authenticators.names[kind] : name;
}

function namesOf(authenticators: readonly ShownAuthenticator[], language: Language): string {
  return authenticators.map(({ name }) => name).join(language === 'ja' ? '、' : ', ');
}
