import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { secretHash } from './number.ts'

const most = 12

/** What a browser holds of one sort of record: numbers whose code it has shown. */
export type Holdings = {
  /** Hashes for row-level security, newest first. */
  readonly secrets: (request: FastifyRequest, secret: Buffer) => string[]
  readonly numbers: (request: FastifyRequest, secret: Buffer) => string[]
  /** Adds a number for 400 days. Its code must have been proven. */
  readonly hold: (
    request: FastifyRequest,
    reply: FastifyReply,
    secret: Buffer,
    proven: { no: string; code: string; secure: boolean },
  ) => void
}

/**
 * The records a browser holds the code of, in a cookie of that name. The cookie is signed; a code
 * never stands in an address.
 */
export const holdingsIn = (cookie: string, purpose: string): Holdings => {
  const sign = (content: string, secret: Buffer): string =>
    createHmac('sha256', secret).update(`${purpose}:${content}`).digest('hex')
  const pairs = (request: FastifyRequest, secret: Buffer): [no: string, hash: string][] => {
    const [content = '', signature = ''] = (request.cookies[cookie] ?? '').split('~')
    const expected = Buffer.from(sign(content, secret))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return []
    return content
      .split('!')
      .filter(Boolean)
      .map((pair) => pair.split(':') as [string, string])
  }
  return {
    secrets: (request, secret) => pairs(request, secret).map(([, hash]) => hash),
    numbers: (request, secret) => pairs(request, secret).map(([no]) => no),
    hold: (request, reply, secret, { no, code, secure }) => {
      const others = pairs(request, secret).filter(([held]) => held !== no)
      const all = [[no, secretHash(secret, no, code)], ...others].slice(0, most)
      const content = all.map((pair) => pair.join(':')).join('!')
      reply.setCookie(cookie, `${content}~${sign(content, secret)}`, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: 400 * 86_400,
      })
    },
  }
}
