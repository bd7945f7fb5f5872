import type { Platform } from '../../../core/context.ts'
import { registeredFetch } from '../../oidc/fetch.ts'
import { enterpriseSchema, type Person, userSchema } from '../user.ts'
import type { Target } from './target.ts'

const patience = 5000
const longestId = 200

/** How a system took somebody: under which of its ids, or what went wrong in a few words. */
export type Outcome =
  | { readonly remoteId: string | null; readonly problem: null }
  | { readonly remoteId: string | null; readonly problem: string }

/**
 * Brings somebody at a system to what they are here; null is whom it should not have, whose account
 * there is made inactive. `remoteId` is theirs there, null when we know none.
 */
export async function bring(
  platform: Platform,
  target: Target,
  staff: string,
  person: Person | null,
  remoteId: string | null,
): Promise<Outcome> {
  const ask = caller(platform, target)
  try {
    if (person === null) return { remoteId: await stop(ask, remoteId), problem: null }
    if (remoteId !== null && (await replace(ask, person, remoteId)))
      return { remoteId, problem: null }
    return { remoteId: await add(ask, person, staff), problem: null }
  } catch (error) {
    return { remoteId, problem: wordsOf(error) }
  }
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }
type Ask = (method: string, path: string, body?: object) => Promise<Answer>

/** What a system answered that cannot be worked with. */
class Unexpected extends Error {}

const wordsOf = (error: unknown): string => {
  if (error instanceof Unexpected) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'failed'
}

/** A 404 says that the system has forgotten them: false, and they are added anew. */
async function replace(ask: Ask, person: Person, remoteId: string): Promise<boolean> {
  const body = { ...outward(person), id: remoteId }
  const { status } = await ask('PUT', `/Users/${encodeURIComponent(remoteId)}`, body)
  if (status === 404) return false
  if (status !== 200 && status !== 204) throw new Unexpected(`PUT answered ${status}`)
  return true
}

/** Adds somebody; whom the system has already, it is asked for, and they are brought in line. */
async function add(ask: Ask, person: Person, staff: string): Promise<string> {
  const { status, body } = await ask('POST', '/Users', outward(person))
  if (status === 200 || status === 201) return idOf(body)
  if (status !== 409) throw new Unexpected(`POST answered ${status}`)
  const known = await match(ask, person, staff)
  if (!(await replace(ask, person, known))) throw new Unexpected('PUT answered 404')
  return known
}

async function match(ask: Ask, person: Person, staff: string): Promise<string> {
  for (const [name, value] of [
    ['externalId', staff],
    ['userName', person.login],
  ] as const) {
    const query = new URLSearchParams({ filter: `${name} eq ${JSON.stringify(value)}` })
    const { status, body } = await ask('GET', `/Users?${query}`)
    if (status !== 200) throw new Unexpected(`GET answered ${status}`)
    const [found] = Array.isArray(body.Resources) ? body.Resources : []
    if (!found) continue
    const theirs = found.externalId
    // Someone whom another directory keeps there under the same login is not ours to change.
    if (typeof theirs === 'string' && theirs !== staff)
      throw new Unexpected('another person has this userName there')
    return idOf(found)
  }
  throw new Unexpected('POST answered 409, but nobody is found')
}

async function stop(ask: Ask, remoteId: string | null): Promise<string | null> {
  if (remoteId === null) return null
  const { status } = await ask('PATCH', `/Users/${encodeURIComponent(remoteId)}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  })
  if (status === 404) return null
  if (status !== 200 && status !== 204) throw new Unexpected(`PATCH answered ${status}`)
  return remoteId
}

/** What another system is told of somebody: our own id stays the same for ever. */
const outward = ({ id, login, name, email, agency }: Person) => ({
  schemas: [userSchema, enterpriseSchema],
  externalId: id,
  userName: login,
  name: { formatted: name },
  displayName: name,
  active: true,
  ...(email !== null && { emails: [{ value: email, type: 'work', primary: true }] }),
  [enterpriseSchema]: { department: agency },
})

function idOf(body: Readonly<Record<string, unknown>>): string {
  const { id } = body
  if (typeof id === 'string' && id !== '' && id.length <= longestId && !id.includes('\u0000'))
    return id
  throw new Unexpected('answered without an id')
}

function caller(platform: Platform, { uri, secret }: Target): Ask {
  return async (method, path, body) => {
    if (secret === null) throw new Unexpected('no secret is set')
    const answer = await registeredFetch(platform)(`${uri}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        accept: 'application/scim+json',
        ...(body && { 'content-type': 'application/scim+json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    })
    return { status: answer.status, body: await objectIn(answer) }
  }
}

async function objectIn(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await answer.text()
  if (text === '' || !answer.ok) return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch {}
  throw new Unexpected('answered no JSON object')
}
