import type { IncomingMessage, ServerResponse } from 'node:http';
import { GakumonError } from '@gakumon/terms';
import type { Request, Response } from 'express';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';

/** What a person typed into the login form. */
export type TypedPassword = { readonly username: string; readonly password: string };

const passport = new Passport();

/**
 * Runs passport's local strategy over a login form, without a session of passport's own: what was proved is kept by `accept`.
 * @param accept checks the password; what it throws is thrown here
 * @throws GakumonError `credentials-missing` when a field is empty
 */
export async function provePassword(
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
  typed: TypedPassword,
  accept: (typed: TypedPassword) => Promise<void>,
): Promise<void> {
  const strategy = new Strategy({ session: false }, (username, password, done) => {
    accept({ username, password }).then(() => done(null, { username }), done);
  });
  request.body = typed;
  await new Promise<void>((resolve, reject) => {
    const decide = (error: unknown, user: unknown): void => {
      if (error) reject(error);
      else if (user) resolve();
      else reject(new GakumonError('credentials-missing'));
    };
    passport.authenticate(strategy, { session: false }, decide)(request as Request, response as Response, reject);
  });
}
