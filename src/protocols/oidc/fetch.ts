import { sql } from 'kysely'
import type { Platform } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { cityScope } from './policy.ts'

/** Addresses that the provider itself calls: keys and logout notices of relying systems. */
const called = ['jwks_uri', 'backchannel_logout_uri', 'sector_identifier_uri']

/**
 * Calls only origins that live systems registered and the city approved, and our own; follows no
 * redirect. Those may stand in the intranet, so the library's ban on private addresses gives way
 * to this list.
 */
export const registeredFetch =
  (platform: Platform) =>
  async (given: string | Request | URL, options?: RequestInit): Promise<Response> => {
    const url = given instanceof Request ? given.url : given
    const { dispatcher: _, ...rest } = (options ?? {}) as RequestInit & { dispatcher?: unknown }
    const { origin } = new URL(url)
    if (!(await registeredOrigins(platform)).has(origin))
      throw new TypeError(`${origin} is no address of a live system`)
    return fetch(url, { ...rest, redirect: 'error' })
  }

async function registeredOrigins(platform: Platform): Promise<ReadonlySet<string>> {
  const found = await transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<{ url: string }>`select value as url from single_sign_on.system s,
          jsonb_each_text(s.metadata) as m(name, value)
        where s.state = 'live' and name = any (${called}::text[])`,
    ),
  )
  return new Set([platform.config.origin, ...found.map(({ url }) => new URL(url).origin)])
}
