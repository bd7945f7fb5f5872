import type { Platform } from '../src/core/context.ts'
import { type Relying, relyingSystem } from './relying.ts'

/** A personnel directory that keeps the staff by SCIM, with a token of its own. */
export type DirectoryClient = {
  readonly relying: Relying
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<ScimReply>
}

/** An answer, with its body read. */
export type ScimReply = { readonly status: number; readonly headers: Headers; readonly body: Json }

/** What a SCIM server answered, to be looked into by a test. */
export type Json = { readonly [name: string]: unknown } & {
  readonly id: string
  readonly Resources: readonly Json[]
  readonly totalResults: number
  readonly meta: { readonly version: string; readonly lastModified: string }
}

/** A token by client_credentials for a resource. */
export async function tokenFor(url: string, relying: Relying, resource: string): Promise<string> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${relying.id}:${relying.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  })
  const { access_token: token, ...rest } = (await answer.json()) as { access_token?: string }
  if (!token) throw new Error(JSON.stringify(rest))
  return token
}

/** What a directory registers as. */
export const directoryProposal = (url: string) => ({
  redirectUris: [],
  grants: ['client_credentials'],
  scopes: [],
  resources: [`${url}/scim/v2`],
})

/** Registers, approves and opens a directory. */
export async function directoryOn(
  url: string,
  platform: Platform,
  id: string,
): Promise<DirectoryClient> {
  const relying = await relyingSystem(platform, id, directoryProposal(url))
  const token = await tokenFor(url, relying, `${url}/scim/v2`)
  return {
    relying,
    call: (method, path, body, headers = {}) => callScim(url, token, method, path, body, headers),
  }
}

/** One call with a token. A text goes as it is, anything else as JSON. */
export async function callScim(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ScimReply> {
  const answer = await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Json,
  }
}
