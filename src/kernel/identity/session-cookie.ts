import type { FastifyRequest } from 'fastify'
import type { Config } from '../../core/config.ts'

const secure = (config: Config) => config.origin.startsWith('https:')

/** `__Host-` binds the cookie to this host and to https; plain http knows only the bare name. */
const cookieName = (config: Config) => (secure(config) ? '__Host-takao' : 'takao')

/** The session's token of a request, from its cookie. */
export const sessionToken = (request: FastifyRequest, config: Config): string | undefined =>
  request.cookies[cookieName(config)]

/** Name, value and manner of the session's cookie. */
export const sessionCookie = (config: Config, token: string) =>
  [
    cookieName(config),
    token,
    { path: '/', httpOnly: true, sameSite: 'lax', secure: secure(config), maxAge: 12 * 3600 },
  ] as const
