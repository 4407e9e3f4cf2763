import { unavailable } from './troubles.ts';

/**
 * Waits for what a command still needs after its first answer, such as another server or the text of a script.
 * @param deadline as of `performance.now()`
 * @throws GakumonError `store-unavailable` at the deadline
 */
export function within<T>(deadline: number, rest: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(unavailable('Redis took too long over a command that it wanted to have twice'));
    const timer = setTimeout(giveUp, deadline - performance.now());
    rest.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
