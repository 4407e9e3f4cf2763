import type { StepUpReason } from '@gakumon/idp';
import type { NamedNetwork, NetworkPlacement, PolicyRule } from '@gakumon/mfa';
import { type Language, unknownAddress } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { WhyAsked } from './stepUpPages.ts';

/** What the sentences are made of besides the reason itself. */
export type WhyContext = {
  readonly networks: readonly NamedNetwork[];
  readonly service: string;
  readonly language: Language;
  /** Of the browser, since the settings to look for have other names in each. */
  readonly userAgent: string;
};

/** Puts the reason why something is asked for into words for the person. Pure. */
export function explainWhy(reason: StepUpReason, context: WhyContext): WhyAsked {
  const { networks, service, language, userAgent } = context;
  const t = pageTexts[language].stepUp.why;
  const byService = reason.contexts.length > 0 ? [fillPlaceholders(t.service, { service })] : [];
  const byRules = reason.rules.map((rule) => wordsOfRule(rule, t, networks, language));
  const reasons = [...new Set([...byService, ...byRules])];
  const { inside, address } = reason.placement;
  const isOutside = reason.elsewhere.length > 0 && inside.length === 0 && address !== unknownAddress;
  return {
    reasons: reasons.length === 0 ? [t.rule] : reasons,
    place: describePlace(reason, networks, language),
    elsewhere:
      reason.elsewhere.length === 0
        ? undefined
        : fillPlaceholders(t.elsewhere, { networks: nameNetworks(networks, reason.elsewhere, language) }),
    hints: isOutside ? [...(isOfApple(userAgent) ? [t.relay] : []), t.hidden] : [],
  };
}

/** Rules that have no words of their own get some of ours. */
export type RuleWords = { readonly outside: string; readonly inside: string; readonly rule: string };

/** What a rule says to the people whom it concerns. */
export function wordsOfRule(
  { text, when }: PolicyRule,
  ours: RuleWords,
  networks: readonly NamedNetwork[],
  language: Language,
): string {
  if (text !== undefined) return text[language];
  const { is = [], not = [] } = when.network ?? {};
  if (not.length > 0) return fillPlaceholders(ours.outside, { networks: nameNetworks(networks, not, language) });
  if (is.length > 0) return fillPlaceholders(ours.inside, { networks: nameNetworks(networks, is, language) });
  return ours.rule;
}

/** Names of networks as people call them, joined by "or". */
export function nameNetworks(networks: readonly NamedNetwork[], names: readonly string[], language: Language): string {
  const { and } = pageTexts[language].stepUp.why;
  return names.map((name) => networks.find((one) => one.name === name)?.text?.[language] ?? name).join(and);
}

/** Outside of what? Of the networks that would make a difference, else of all that have a name. */
function describePlace(
  { placement, elsewhere, rules }: StepUpReason,
  networks: readonly NamedNetwork[],
  language: Language,
): string | undefined {
  if (networks.length === 0) return undefined;
  const t = pageTexts[language].stepUp.why;
  const { address } = placement;
  const tell = (text: string, names: readonly string[]): string =>
    fillPlaceholders(text, { networks: nameNetworks(networks, names, language), address });
  const inside = placement.inside.map(({ network }) => network);
  if (inside.length > 0) return tell(t.placedInside, inside.slice(-1));
  const excluded = excludedFrom(placement);
  if (excluded.length > 0) return tell(t.placedExcluded, excluded);
  const ofRules = rules.flatMap(({ when }) => when.network?.not ?? []);
  const meant = [...new Set([...ofRules, ...elsewhere])];
  const place = address === unknownAddress ? t.placedUnknown : t.placedOutside;
  return tell(place, meant.length > 0 ? meant : networks.map(({ name }) => name));
}

const excludedFrom = ({ excluded }: NetworkPlacement): readonly string[] => excluded.map(({ network }) => network);

/** Where addresses are hidden by a setting of the system (Safari, iCloud Private Relay). */
const isOfApple = (userAgent: string): boolean => /Macintosh|iPhone|iPad/.test(userAgent);
