import { createHash, randomBytes } from 'node:crypto'
import type { Client, Reply } from '../http.ts'

/** Connections at a time. */
export const lanes = 8

/** What an OpenID provider is asked to do, each over HTTP as a system and a browser would. */
export type Operations = {
  /** A whole sign-in in a new browser: the password, the code, the tokens. */
  readonly signIn: () => Promise<{ readonly refresh: string; readonly access: string }>
  /** A machine's token, by its secret. */
  readonly token: () => Promise<unknown>
  /** A refresh token for the next. */
  readonly refresh: (token: string) => Promise<string>
  readonly introspect: (token: string) => Promise<boolean>
}

/** A provider that is measured: its server, and its database in the one cluster. */
export type Provider = Operations & {
  readonly name: string
  /** The processes that answer. */
  readonly pids: () => readonly number[]
  readonly database: string
  /** Hashes so many passwords as it does, for its share of a sign-in. */
  readonly hash: (n: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** A verifier of RFC 7636 and its challenge. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** The code with which a browser is sent back. */
export function codeOf({ location, body }: Reply): string {
  const code = location && new URL(location).searchParams.get('code')
  if (!code) throw new Error(`no code: ${location} ${body.slice(0, 200)}`)
  return code
}

export type Arrived = { readonly at: string; readonly reply: Reply }

/** A browser that keeps its cookies and follows redirects within the site. */
export function browserOf(client: Client, origin: string) {
  const jar = new Map<string, string>()
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const follow = async (at: string, reply: Reply): Promise<Arrived> => {
    for (const one of reply.cookies) {
      const [name = '', ...value] = one.split('=')
      jar.set(name, value.join('='))
    }
    if (!reply.location) return { at, reply }
    const to = new URL(reply.location, origin)
    if (to.origin !== origin) return { at, reply }
    const path = to.pathname + to.search
    return follow(path, await client.get(path, { cookie: cookie() }))
  }
  return {
    get: async (path: string) => follow(path, await client.get(path, { cookie: cookie() })),
    post: async (path: string, fields: Record<string, string>) =>
      follow(
        path,
        await client.post(path, new URLSearchParams(fields), {
          ...{ cookie: cookie(), origin, 'sec-fetch-site': 'same-origin' },
        }),
      ),
  }
}
