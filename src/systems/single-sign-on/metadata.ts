import { BlockList, isIP } from 'node:net'
import { invalid } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import type { ClientMetadata, RelyingSystem } from './registry.ts'

/** What an agency says of its system, beside names and levels. */
export type Endpoints = {
  readonly redirectUris: readonly string[]
  readonly postLogoutUris: readonly string[]
  readonly backchannelUri?: string | undefined
  readonly jwksUri?: string | undefined
  readonly scimUri?: string | undefined
  readonly authMethod: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  readonly grants: readonly string[]
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
}

/**
 * The addresses that the city never calls for a system: link-local services, multicast and, unless
 * `mayBeLocal`, the machine it runs on. A call there would be made from inside.
 */
export function blockedAddresses(mayBeLocal: boolean): BlockList {
  const list = new BlockList()
  list.addSubnet('169.254.0.0', 16)
  list.addSubnet('224.0.0.0', 3)
  list.addSubnet('fe80::', 10, 'ipv6')
  list.addSubnet('ff00::', 8, 'ipv6')
  if (mayBeLocal) return list
  list.addSubnet('0.0.0.0', 8)
  list.addSubnet('127.0.0.0', 8)
  list.addAddress('::', 'ipv6')
  list.addAddress('::1', 'ipv6')
  return list
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

const bare = (host: string): string => host.replace(/^\[|\]$/g, '')

const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  (isIP(bare(host)) > 0 && loopback.check(bare(host), isIP(bare(host)) === 6 ? 'ipv6' : 'ipv4'))

/**
 * What is wrong with an address that a system registers; undefined when it may stand. `called` says
 * that the provider itself will call it: never the machine it runs on, unless `demo`.
 */
export function addressProblem(
  given: string,
  { called, demo }: { readonly called: boolean; readonly demo: boolean },
): Text | undefined {
  if (!URL.canParse(given)) return { zh: '請寫完整的網址。', en: 'Write the whole address.' }
  const { protocol, hostname, hash, username, password } = new URL(given)
  const local = isLoopback(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && local && (demo || !called)))
    return { zh: '網址要以 https:// 開頭。', en: 'The address must begin with https://.' }
  if (hash || username || password || given.includes('*'))
    return {
      zh: '網址不能有 #、* 或帳號密碼。',
      en: 'No #, no * and no credentials in the address.',
    }
  const ip = isIP(bare(hostname))
  if (ip > 0 && !local && blockedAddresses(false).check(bare(hostname), ip === 6 ? 'ipv6' : 'ipv4'))
    return { zh: '這個位址不能登記。', en: 'This address cannot be registered.' }
  if (called && local && !demo)
    return {
      zh: '不能登記本機的位址：通知是由單一登入主機送出的。',
      en: 'Not an address of this machine: the notice is sent by the sign-in server.',
    }
  return undefined
}

/** The problems of all addresses, each beside its field. */
export function endpointProblems(given: Endpoints, demo: boolean): Record<string, Text> {
  const all: [string, readonly string[], boolean][] = [
    ['redirectUris', given.redirectUris, false],
    ['postLogoutUris', given.postLogoutUris, false],
    ['backchannelUri', given.backchannelUri ? [given.backchannelUri] : [], true],
    ['jwksUri', given.jwksUri ? [given.jwksUri] : [], true],
    ['scimUri', given.scimUri ? [given.scimUri] : [], true],
  ]
  const problems: Record<string, Text> = {}
  for (const [field, addresses, called] of all)
    for (const address of addresses) {
      const problem = addressProblem(address, { called, demo })
      if (problem)
        problems[field] = { zh: `${address}：${problem.zh}`, en: `${address}: ${problem.en}` }
    }
  if (given.scimUri?.includes('?'))
    problems.scimUri = {
      zh: '網址不能有 ?：後面會接 /Users。',
      en: 'No ? in the address: /Users will follow it.',
    }
  if (given.grants.includes('authorization_code') && given.redirectUris.length === 0)
    problems.redirectUris = {
      zh: '請寫登入後回到哪個網址。',
      en: 'Write the address to return to after signing in.',
    }
  if (given.authMethod === 'private_key_jwt' && !given.jwksUri)
    problems.jwksUri = {
      zh: '用金鑰驗證的系統要寫公開金鑰的網址。',
      en: 'A system that proves itself by a key needs the address of its public keys.',
    }
  return problems
}

/** Systems of high rating prove themselves by a key: a shared secret is refused. */
export function ratingProblems(
  rating: RelyingSystem['rating'],
  { authMethod }: Endpoints,
): Record<string, Text> {
  if (rating !== 'high' || authMethod === 'private_key_jwt') return {}
  return {
    authMethod: {
      zh: '防護等級「高」的系統要用 private_key_jwt，並使用 PAR 與 DPoP。',
      en: 'A system of high rating uses private_key_jwt, with PAR and DPoP.',
    },
  }
}

/** The client metadata (RFC 7591) of what was said. Throws `invalid` with each field's problem. */
export function metadataOf(
  rating: RelyingSystem['rating'],
  given: Endpoints,
  demo: boolean,
): ClientMetadata {
  const problems = { ...endpointProblems(given, demo), ...ratingProblems(rating, given) }
  if (Object.keys(problems).length > 0) throw invalid(problems)
  const code = given.grants.includes('authorization_code')
  return {
    redirect_uris: given.redirectUris,
    response_types: code ? ['code'] : [],
    grant_types: given.grants,
    // Without an address to return to there is no sector to keep a pseudonym for.
    ...(!code && { subject_type: 'public' }),
    token_endpoint_auth_method: given.authMethod,
    ...(given.scopes.length > 0 && { scope: given.scopes.join(' ') }),
    ...(given.postLogoutUris.length > 0 && { post_logout_redirect_uris: given.postLogoutUris }),
    ...(given.backchannelUri && {
      backchannel_logout_uri: given.backchannelUri,
      backchannel_logout_session_required: true,
    }),
    ...(given.jwksUri && { jwks_uri: given.jwksUri }),
    ...(given.scimUri && { scim_uri: given.scimUri }),
    ...(given.resources.length > 0 && { resources: given.resources }),
  }
}
