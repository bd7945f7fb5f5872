import http from 'node:http'
import https from 'node:https'
import type { BlockList } from 'node:net'
import { sql } from 'kysely'
import type { Platform } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { blockedAddresses } from '../../systems/single-sign-on/metadata.ts'
import { cityScope } from './policy.ts'

/** Addresses that we call: keys of relying systems, and those that take notices or people. */
const called = ['jwks_uri', 'backchannel_logout_uri', 'sector_identifier_uri', 'scim_uri']

// An answer with keys is a few kilobytes; a notice needs none.
const longest = 256 * 1024
const patience = 10_000

/**
 * Calls only origins that live systems registered and the city approved, and our own; follows no
 * redirect. Those may stand in the intranet, so the library's ban on private addresses gives way
 * to this list. A name is judged by the address that it leads to at the moment of the call: never
 * this machine or a link-local service, whatever its name server answers.
 */
export const registeredFetch =
  (platform: Platform) =>
  async (given: string | Request | URL, options?: RequestInit): Promise<Response> => {
    const url = new URL(given instanceof Request ? given.url : given)
    if (!(await registeredOrigins(platform)).has(url.origin))
      throw new TypeError(`${url.origin} is no address of a live system`)
    const own = url.origin === platform.config.origin
    return send(url, options ?? {}, own || platform.config.demo)
  }

/** One request without redirects, to an address that may be called. */
const send = (url: URL, options: RequestInit, mayBeLocal: boolean): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const how: http.RequestOptions & { blockList: BlockList } = {
      method: options.method ?? 'GET',
      headers: Object.fromEntries(new Headers(options.headers)),
      blockList: blockedAddresses(mayBeLocal),
      signal: AbortSignal.any([
        AbortSignal.timeout(patience),
        ...(options.signal ? [options.signal] : []),
      ]),
    }
    const sent = request(url, how)
    sent.once('error', reject)
    sent.once('response', (answer) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        if (size > longest) answer.destroy(new TypeError(`${url.origin} answered too much`))
        parts.push(part)
      })
      answer.once('error', reject)
      answer.once('end', () => resolve(answered(answer, Buffer.concat(parts))))
    })
    sent.end(options.body === undefined ? undefined : String(options.body))
  })

function answered({ statusCode = 0, headers }: http.IncomingMessage, body: Buffer): Response {
  const bare = [204, 304].includes(statusCode)
  const given = Object.entries(headers).map(([name, value]) => [name, String(value)] as const)
  return new Response(bare ? null : new Uint8Array(body), {
    status: statusCode,
    headers: Object.fromEntries(given),
  })
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
