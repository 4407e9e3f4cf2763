import { failuresIn, type Ledger } from './ledger.ts';

/** What browsers may see while something goes on: clear pages, and what HAProxy says of a node that broke off. */
const tolerable: Readonly<Record<string, RegExp>> = {
  'Redis fails over': /^503 We are out of order for a moment$|^400 Your sign-in has ended$|^the login page once more$/,
  'a node is killed': /^503 by HAProxy$/,
};

/** What should not have been: wrong answers, lost sessions, and failures for which there was no reason. */
export function complaintsAbout(ledger: Ledger): readonly string[] {
  const { wrong, lost, failures } = ledger;
  const intolerable = [...failures.keys()].flatMap((phase) =>
    failuresIn(ledger, phase)
      .filter((words) => !tolerable[phase]?.test(words))
      .map((words) => `seen while ${phase}: ${words}`),
  );
  const missing = lost.replicated === 0 ? [] : [`${lost.replicated} sessions were lost that the replica had`];
  return [...wrong, ...missing, ...intolerable];
}
