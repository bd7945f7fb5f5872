import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../core/config.ts'
import { hostCookie, hostCookieOptions } from '../../core/host-cookie.ts'
import { newDevice } from '../../kernel/identity/prove.ts'

const nameOf = (config: Config) => hostCookie(config, 'takao-device')

const sign = (config: Config, id: string): string =>
  createHmac('sha256', config.secret).update(`device cookie:${id}`).digest('base64url')

/** The id of this browser from its signed cookie, if it has one. */
export function deviceOf(request: FastifyRequest, config: Config): string | undefined {
  const [id = '', signature = ''] = (request.cookies[nameOf(config)] ?? '').split('.')
  const expected = Buffer.from(sign(config, id))
  const given = Buffer.from(signature)
  const right = given.length === expected.length && timingSafeEqual(given, expected)
  return right ? id : undefined
}

/** The id of this browser; a new one is set where it has none. It lasts 400 days. */
export function holdDevice(request: FastifyRequest, reply: FastifyReply, config: Config): string {
  const id = deviceOf(request, config) ?? newDevice()
  reply.setCookie(nameOf(config), `${id}.${sign(config, id)}`, {
    ...hostCookieOptions(config),
    maxAge: 400 * 86_400,
  })
  return id
}
