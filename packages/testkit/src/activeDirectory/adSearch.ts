import type { AdAccounts } from './adAccounts.ts';
import { type AdMatch, type AdView, readFilter } from './adFilter.ts';
import { type AdObject, type AdStore, type AdValue, comparableDn, groupsOf, parentOf } from './adStore.ts';
import { noObject } from './adTexts.ts';
import { type BerElement, readAll, readInteger, readText, tags, writeElement, writeInteger } from './ber.ts';
import {
  type AnsweredEntry,
  type LdapRequest,
  type LdapResult,
  writeControl,
  writeEntry,
  writeReference,
  writeResult,
} from './messages.ts';

export type AdTree = {
  readonly base: string;
  readonly store: AdStore;
  readonly accounts: AdAccounts;
  readonly pageSize: number;
};

const pagedResults = '1.2.840.113556.1.4.319';
/** Worked out only for those who name them. */
const computed = new Set(['msds-user-account-control-computed', 'msds-userpasswordexpirytimecomputed']);

type Query = {
  readonly base: string;
  readonly scope: number;
  readonly limit: number;
  readonly matches: AdMatch;
  readonly names: readonly string[];
};

/** @throws Error when the request is none */
export function readQuery(parts: readonly BerElement[], store: AdStore): Query {
  const [base, scope, , limit, , , filter, names] = parts;
  if (base === undefined || scope === undefined || limit === undefined || filter === undefined || names === undefined) {
    throw new Error('LDAP: no search');
  }
  return {
    base: readText(base),
    scope: readInteger(scope),
    limit: readInteger(limit),
    matches: readFilter(filter, store),
    names: readAll(names.content).map(readText),
  };
}

/** Answers a search: entries, a reference from the top of the domain, and how it ended. */
export function answerSearch(request: LdapRequest, query: Query, tree: AdTree): readonly Buffer[] {
  if (query.base === '' && query.scope === 0) return [writeEntry(request.id, rootDse(tree)), done(request)];
  const base = tree.store.find(query.base);
  if (base === undefined) return [writeResult(request, noObject(tree.base))];
  const found = [...tree.store.all()]
    .filter((object) => isWithin(object.dn, base.dn, query.scope))
    .map((object) => viewOf(object, tree))
    .filter(query.matches);
  const page = cut(request, found.length, query.limit, tree.pageSize);
  const entries = found.slice(page.from, page.to).map((view) => writeEntry(request.id, show(view, query.names)));
  const isTop = query.scope === 2 && comparableDn(query.base) === comparableDn(tree.base);
  const reference = writeReference(request.id, `ldap://ForestDnsZones.invalid/DC=ForestDnsZones,${tree.base}`);
  return [...entries, ...(isTop ? [reference] : []), writeResult(request, page.result, page.controls)];
}

const done = (request: LdapRequest): Buffer => writeResult(request, { code: 0, message: '' });

function isWithin(dn: string, base: string, scope: number): boolean {
  const [own, top] = [comparableDn(dn), comparableDn(base)];
  if (scope === 0) return own === top;
  return scope === 1 ? parentOf(own) === top : own === top || own.endsWith(`,${top}`);
}

function viewOf(object: AdObject, { store, accounts }: AdTree): AdView {
  return {
    object,
    valuesOf: (name): readonly AdValue[] => {
      switch (name.toLowerCase()) {
        case 'memberof':
          return groupsOf(store, object.dn).map((group) => group.dn);
        case 'msds-user-account-control-computed':
          return [String(accounts.computedFlags(object))];
        case 'msds-userpasswordexpirytimecomputed':
          return [accounts.passwordExpiry(object)];
        default:
          return object.attributes.get(name.toLowerCase())?.values ?? [];
      }
    },
  };
}

function show(view: AdView, names: readonly string[]): AnsweredEntry {
  const own = [...view.object.attributes.values()].map(({ name }) => name);
  const asked = names.filter((name) => name !== '*' && name !== '+' && name !== '1.1');
  const everything = names.length === 0 || names.includes('*');
  const spelled = new Map(
    [...own, 'memberOf', ...asked].map((name) => [name.toLowerCase(), name]).toReversed() as [string, string][],
  );
  const wanted = new Set(asked.map((name) => name.toLowerCase()));
  const shown = [...spelled].filter(([id]) => wanted.has(id) || (everything && !computed.has(id)));
  const attributes = shown
    .map(([, name]) => [name, view.valuesOf(name)] as const)
    .filter(([, values]) => values.length > 0);
  return { dn: view.object.dn, attributes };
}

type Page = {
  readonly from: number;
  readonly to: number;
  readonly result: LdapResult;
  readonly controls: readonly Buffer[];
};

/** RFC 2696; the cookie is where the next page begins. */
function cut(request: LdapRequest, found: number, limit: number, pageSize: number): Page {
  const control = request.controls.find(({ oid }) => oid === pagedResults);
  const success = { code: 0, message: '' };
  if (control?.value === undefined) {
    const most = Math.min(limit === 0 ? pageSize : limit, pageSize);
    return { from: 0, to: most, result: found > most ? { code: 4, message: '' } : success, controls: [] };
  }
  const [size, cookie] = readAll(readAll(control.value)[0]?.content ?? Buffer.alloc(0));
  const from = Number(cookie === undefined ? 0 : readText(cookie));
  const to = from + Math.min(size === undefined ? pageSize : readInteger(size), pageSize);
  const next = writeElement(tags.octets, to < found ? String(to) : '');
  const value = writeElement(tags.sequence, writeInteger(found), next);
  return { from, to, result: success, controls: [writeControl(pagedResults, value)] };
}

function rootDse({ base }: AdTree): AnsweredEntry {
  return {
    dn: '',
    attributes: [
      ['defaultNamingContext', [base]],
      ['namingContexts', [base]],
      ['supportedLDAPVersion', ['3', '2']],
      ['supportedControl', [pagedResults]],
      // LDAP_CAP_ACTIVE_DIRECTORY_OID
      ['supportedCapabilities', ['1.2.840.113556.1.4.800']],
    ],
  };
}
