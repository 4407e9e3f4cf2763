import type { IncomingMessage, ServerResponse } from 'node:http';
import { GakumonError } from '@gakumon/terms';
import express from 'express';
import { type FormFields, parseFormFields } from './formBody.ts';

/** An AuthnRequest with everything in it is a few KB; a sealed attempt at most 6. */
const readBody = express.raw({ type: 'application/x-www-form-urlencoded', limit: '256kb', inflate: false });

/**
 * Reads a posted form.
 * @throws GakumonError `request-too-large`, `request-encoding`
 */
export async function readForm(
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
): Promise<FormFields> {
  await new Promise<void>((resolve, reject) => {
    readBody(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(explain(error))));
  });
  const { body } = request;
  return parseFormFields(Buffer.isBuffer(body) ? decodeUtf8(body) : '');
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new GakumonError('request-encoding', { detail: 'the posted form is not UTF-8', cause });
  }
}

/** What the body reader says, in our words: too large, or broken off, compressed or otherwise unreadable. */
function explain(cause: unknown): GakumonError {
  const { type } = cause as { type?: unknown };
  const code = type === 'entity.too.large' ? 'request-too-large' : 'request-encoding';
  return new GakumonError(code, { detail: String(type), cause });
}
