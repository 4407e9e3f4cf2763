import { endsConnection, stateOf } from '../sql/postgres/trouble.ts';

/**
 * What a server objects to, without its words where they may hold the key of a person or a value of a row: those errors
 * are told by their names (PostgreSQL, Appendix A). Of the text of a statement, which is the operator's, it may speak.
 */
export function discreetTrouble(error: unknown): Error {
  const state = stateOf(error);
  const said = error as Error;
  if (state === undefined || endsConnection(error) || speaksOfStatement(error)) return said;
  const name = names[state] ?? classes[state.slice(0, 2)] ?? 'the server does not answer the query';
  return new Error(`${name} (SQLSTATE ${state})`);
}

/** Only who reads a statement, before any key is there, knows a place in it; a function's own statements may hold anything. */
function speaksOfStatement(error: unknown): boolean {
  const { position, internalPosition, where } = error as Readonly<Record<string, unknown>>;
  return position !== undefined && internalPosition === undefined && where === undefined;
}

const names: Readonly<Record<string, string>> = {
  '25006': 'read-only transaction: the query would write',
  '42501': 'insufficient privilege: this user may not read all that the query reads',
  '42601': 'syntax error',
  '57014': 'query cancelled, at its timeout or by somebody',
};

const classes: Readonly<Record<string, string>> = {
  '0A': 'feature not supported',
  '21': 'cardinality violation: more than one row where one is asked for',
  '23': 'integrity constraint violation',
  '25': 'invalid transaction state',
  '40': 'transaction rollback',
  '42': 'syntax error or access rule violation',
  '53': 'insufficient resources',
  '54': 'program limit exceeded',
  '55': 'object not in prerequisite state',
  '57': 'operator intervention',
  '58': 'system error',
  P0: 'error of a function in PL/pgSQL',
  XX: 'internal error',
};
