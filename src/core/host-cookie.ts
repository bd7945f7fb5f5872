import type { Config } from './config.ts'

const secure = (config: Config) => config.origin.startsWith('https:')

/**
 * Name of a cookie that only this host sets and reads: `__Host-` binds it to the host and to https
 * (RFC 6265bis, 4.1.3.2); plain http knows only the bare name.
 */
export const hostCookie = (config: Config, name: string): string =>
  secure(config) ? `__Host-${name}` : name

/**
 * Its manner: unread by scripts, sent along when somebody follows a link here. The same goes with
 * its end, for a browser takes no word about a `__Host-` cookie that is not secure.
 */
export const hostCookieOptions = (config: Config) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: secure(config) }) as const
