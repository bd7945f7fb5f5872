import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { secretHash } from './number.ts'

const cookie = 'takao-follow'
const most = 12

/**
 * The cases this browser holds the code of, as hashes for row-level security. The cookie is signed;
 * a code never stands in an address.
 */
export function followSecrets(request: FastifyRequest, secret: Buffer): string[] {
  return heldCases(request, secret).map(([, hash]) => hash)
}

/** The numbers of the cases this browser holds, newest first. */
export const heldNumbers = (request: FastifyRequest, secret: Buffer): string[] =>
  heldCases(request, secret).map(([no]) => no)

function heldCases(request: FastifyRequest, secret: Buffer): [no: string, hash: string][] {
  const [content = '', signature = ''] = (request.cookies[cookie] ?? '').split('~')
  const expected = Buffer.from(sign(content, secret))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return []
  const pairs = content.split('!').filter(Boolean)
  return pairs.map((pair) => pair.split(':') as [string, string])
}

/** Adds a case to what this browser holds, for 400 days. */
export function holdCase(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: Buffer,
  { no, code, secure }: { no: string; code: string; secure: boolean },
): void {
  const others = heldCases(request, secret).filter(([held]) => held !== no)
  const all = [[no, secretHash(secret, no, code)], ...others].slice(0, most)
  const content = all.map((pair) => pair.join(':')).join('!')
  reply.setCookie(cookie, `${content}~${sign(content, secret)}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 400 * 86_400,
  })
}

const sign = (content: string, secret: Buffer): string =>
  createHmac('sha256', secret).update(`follow:${content}`).digest('hex')
