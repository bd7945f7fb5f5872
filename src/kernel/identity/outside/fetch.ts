import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { check } from '../../../core/schema.ts'
import { patience } from './provider.ts'

const Metadata = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
})

/** What an issuer says of its endpoints, as far as a sign-in needs it. */
export type IssuerMetadata = Static<typeof Metadata>

const known = new Map<string, IssuerMetadata>()

/** Reads an issuer's endpoints once. Throws where they are another's or out of reach. */
export async function discover(issuer: string): Promise<IssuerMetadata> {
  const held = known.get(issuer)
  if (held) return held
  const found = check(Metadata, await fetchJson(`${issuer}/.well-known/openid-configuration`))
  if (found.issuer !== issuer) throw new Error(`${issuer} speaks for ${found.issuer}`)
  known.set(issuer, found)
  return found
}

/**
 * Asks an endpoint of a provider: GET, or POST of a form. Follows no redirect, waits eight seconds,
 * and throws where the answer is no success; neither codes nor tokens stand in the message.
 */
export async function fetchJson(
  address: string,
  form?: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const response = await fetch(address, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  })
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
  if (response.ok) return answer
  const error = typeof answer.error === 'string' ? answer.error : ''
  throw new Error(`${new URL(address).origin} answered ${response.status} ${error}`)
}

/** An address with a query. */
export const query = (address: string, more: Readonly<Record<string, string>>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
  return url.href
}

/** RFC 7636 S256: the open half of a verifier. */
export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url')
