import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../core/config.ts'
import { hostCookie, hostCookieOptions } from '../../core/host-cookie.ts'

const cookieName = (config: Config) => hostCookie(config, 'takao')

/** The session's token of a request, from its cookie. */
export const sessionToken = (request: FastifyRequest, config: Config): string | undefined =>
  request.cookies[cookieName(config)]

/** Name, value and manner of the session's cookie. */
export const sessionCookie = (config: Config, token: string) =>
  [cookieName(config), token, { ...hostCookieOptions(config), maxAge: 12 * 3600 }] as const

/** Takes the session's cookie from the browser. */
export const clearSessionCookie = (reply: FastifyReply, config: Config) =>
  reply.clearCookie(cookieName(config), hostCookieOptions(config))
