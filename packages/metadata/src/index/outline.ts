import { createTreeBuilder, type XmlElement, type XmlEvent, type XmlStart } from '@gakumon/saml';
import { ns } from '@gakumon/terms';

/** Which children of an element are kept: by local name, for one namespace each; `whole` is all that is inside. */
type Rule = { readonly namespace: string; readonly inside: Rules | 'whole' };
type Rules = ReadonlyMap<string, Rule>;

const rules = (...kept: readonly (readonly [string, string, Rules | 'whole'])[]): Rules =>
  new Map(kept.map(([localName, namespace, inside]) => [localName, { namespace, inside }]));

const nothing: Rules = new Map();
const organization = ['Organization', ns.md, rules(['OrganizationDisplayName', ns.md, 'whole'])] as const;
const uiInfo = ['UIInfo', ns.mdui, rules(['DisplayName', ns.mdui, 'whole'])] as const;

/** Of md:Extensions of a group, what holds for its members. */
const extensions = rules(['RegistrationInfo', ns.mdrpi, 'whole'], ['EntityAttributes', ns.mdattr, 'whole']);

/** What an index wants to know of an md:EntityDescriptor. */
const entity = rules(
  ['Extensions', ns.md, rules(['RegistrationInfo', ns.mdrpi, nothing], ['EntityAttributes', ns.mdattr, 'whole'])],
  ['IDPSSODescriptor', ns.md, nothing],
  [
    'SPSSODescriptor',
    ns.md,
    rules(
      ['Extensions', ns.md, rules(uiInfo)],
      ['AssertionConsumerService', ns.md, nothing],
      ['AttributeConsumingService', ns.md, rules(['ServiceName', ns.md, 'whole'])],
      organization,
    ),
  ],
  organization,
);

const kinds = { entity, extensions } as const;

/** More than any real entity has; what has more is not looked at. */
const most = { events: 20_000, characters: 1_048_576 };

/** An element with only those of its descendants that the index reads. */
export type Outline = {
  readonly add: (event: XmlEvent) => void;
  /** Once the last end has come. @returns undefined when there was too much of it */
  readonly element: () => XmlElement | undefined;
};

/** Builds the outline of one element from its events, in bounded memory. */
export function createOutline(kind: keyof typeof kinds): Outline {
  const builder = createTreeBuilder();
  const open: (Rules | 'whole')[] = [];
  let skipped = 0;
  const left = { ...most };

  function keep(event: XmlEvent, size: number): void {
    left.events -= 1;
    left.characters -= size;
    if (left.events >= 0 && left.characters >= 0) builder.add(event);
  }

  function start(event: XmlStart): void {
    const inside = skipped > 0 ? undefined : findRule(open, event, kinds[kind]);
    if (inside === undefined) {
      skipped += 1;
      return;
    }
    open.push(inside);
    keep(event, sizeOf(event));
  }

  function end(event: XmlEvent): void {
    if (skipped > 0) skipped -= 1;
    else {
      open.pop();
      keep(event, 0);
    }
  }

  return {
    add: (event) => {
      if (event.kind === 'start') start(event);
      else if (event.kind === 'end') end(event);
      else if (event.kind === 'text' && skipped === 0 && open.at(-1) === 'whole') keep(event, event.value.length);
    },
    element: () => (left.events < 0 || left.characters < 0 ? undefined : builder.root()),
  };
}

function findRule(open: readonly (Rules | 'whole')[], start: XmlStart, first: Rules): Rules | 'whole' | undefined {
  const around = open.at(-1);
  if (around === undefined) return first;
  if (around === 'whole') return around;
  const rule = around.get(start.localName);
  return rule?.namespace === start.namespace ? rule.inside : undefined;
}

function sizeOf({ attributes }: XmlStart): number {
  let size = 0;
  for (const { value } of attributes) size += value.length;
  return size;
}
