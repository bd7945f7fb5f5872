import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../core/config.ts'
import { chatSecret, newsOf, restHours } from './store.ts'

const cookie = 'takao-chat'

/** The key of the conversation that this browser holds, from its signed cookie. */
export function heldKey(request: FastifyRequest, config: Config): string | undefined {
  const [key = '', signature = ''] = (request.cookies[cookie] ?? '').split('~')
  const expected = Buffer.from(sign(key, config.secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected) ? key : undefined
}

/**
 * The key that this browser holds, or a new one, kept for as long as a conversation may rest. In
 * another site's frame a cookie needs `SameSite=None`, and is kept apart for that site.
 */
export function keepKey(
  request: FastifyRequest,
  reply: FastifyReply,
  config: Config,
  framed: boolean,
): string {
  const key = heldKey(request, config) ?? randomBytes(16).toString('base64url')
  const secure = framed || config.origin.startsWith('https:')
  reply.setCookie(cookie, `${key}~${sign(key, config.secret)}`, {
    path: '/',
    httpOnly: true,
    sameSite: framed ? 'none' : 'lax',
    secure,
    partitioned: framed,
    maxAge: restHours * 3600,
  })
  return key
}

/** Whether a browser may hear of news of this conversation: it holds the key. */
export function mayHear(request: FastifyRequest, config: Config, topic: string): boolean {
  const key = heldKey(request, config)
  return key !== undefined && topic === newsOf(chatSecret(key))
}

const sign = (key: string, secret: Buffer): string =>
  createHmac('sha256', secret).update(`chat:${key}`).digest('hex')
