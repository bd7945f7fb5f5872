import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import * as openid from 'openid-client'
import { type Actor, type Platform, systemActor } from '../src/core/context.ts'
import { perform } from '../src/core/operation.ts'
import { demoPassword } from '../src/kernel/identity/seed.ts'
import {
  approveSystem,
  issueSecret,
  proposeSystem,
} from '../src/systems/single-sign-on/operations.ts'
import { staffOf } from './city.ts'

/** A system that signs people in through the city, with a server of its own on the loopback. */
export type Relying = {
  readonly id: string
  readonly secret: string | undefined
  readonly origin: string
  readonly redirectUri: string
  /** The notices of a sign-out that came, in their order, and how to answer the next ones. */
  readonly notices: string[]
  readonly answers: number[]
}

/** Registers and approves a system; `given` changes what it proposes. */
export async function relyingSystem(
  platform: Platform,
  id: string,
  given: Record<string, unknown> = {},
): Promise<Relying> {
  const server = await relyingServer()
  const redirectUri = `${server.origin}/signed-in`
  const proposal = {
    id,
    agency: 'maintenance-office',
    ...{
      nameZh: '測試系統',
      nameEn: 'Test system',
      purposeZh: '只為測試用',
      purposeEn: 'for a test',
    },
    ...{ audience: 'staff', rating: 'basic', level: 1 },
    redirectUris: [redirectUri],
    postLogoutUris: [`${server.origin}/`],
    backchannelUri: `${server.origin}/ended`,
    ...given,
  }
  const proposer = staffOf(platform, 'supervisor-works')
  await perform(platform, proposeSystem, proposer, proposal)
  await perform(platform, approveSystem, staffOf(platform, 'admin-1'), { id })
  const shared = !['private_key_jwt', 'none'].includes(String(given.authMethod))
  const issued = shared ? await perform(platform, issueSecret, proposer, { id }) : undefined
  return { id, secret: issued?.secret, redirectUri, ...server }
}

/** Listens for notices of sign-outs; answers them 200 unless told otherwise. */
async function relyingServer() {
  const notices: string[] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    const body = await textOf(request)
    const token = new URLSearchParams(body).get('logout_token')
    if (request.url === '/ended' && token) {
      notices.push(token)
      response.statusCode = answers.shift() ?? 200
    }
    response.end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { notices, answers, origin: `http://127.0.0.1:${port}` }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** The public keys of a system, served at an address, and its private key. */
export async function keysAt(kid = 'k1') {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const thumbprint = await calculateJwkThumbprint(jwk)
  return { privateKey, kid, thumbprint, jwksUri: `http://127.0.0.1:${port}/jwks.json` }
}

/** A browser without script: keeps cookies, follows redirects of one site. */
export type Agent = {
  readonly get: (url: string) => Promise<Reply>
  readonly post: (url: string, fields: Record<string, string>) => Promise<Reply>
  readonly cookies: Map<string, string>
}

/** Where it ended: a page of the site, or an address elsewhere that it was sent to. */
export type Reply = {
  readonly url: string
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/** Opens a browser on a site. Cookies are kept by name and path, as far as these tests need. */
export function agentOn(site: string): Agent {
  const cookies = new Map<string, string>()
  const header = (path: string) =>
    [...cookies]
      .map(([key, value]) => [...(key.split('|') as [string, string]), value] as const)
      .filter(([, at]) => path.startsWith(at))
      .map(([name, , value]) => `${name}=${value}`)
      .join('; ')
  const keep = (response: Response, path: string) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split('; ')
      const at = rest.find((part) => /^path=/i.test(part))?.slice(5) ?? path
      const [name = '', ...value] = pair.split('=')
      const gone = rest.some((part) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(part))
      if (gone) cookies.delete(`${name}|${at}`)
      else cookies.set(`${name}|${at}`, value.join('='))
    }
  }
  const go = async (url: string, init: RequestInit = {}): Promise<Reply> => {
    const at = new URL(url, site)
    if (at.origin !== site) return { url: at.href, status: 0, body: '', headers: new Headers() }
    const response = await fetch(at, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: header(at.pathname) },
    })
    keep(response, at.pathname)
    const to = response.headers.get('location')
    if (to && [302, 303, 307].includes(response.status)) return go(new URL(to, at).href)
    const { status, headers } = response
    return { url: at.href, status, headers, body: await response.text() }
  }
  return {
    cookies,
    get: (url) => go(url),
    post: (url, fields) =>
      go(url, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { origin: site, 'sec-fetch-site': 'same-origin' },
      }),
  }
}

/** What a system asks with, as openid-client builds it. */
export type Asking = {
  readonly url: string
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** The system's own client over discovery, with the library that many systems use. */
export async function clientOf(
  site: string,
  relying: Relying,
  authentication?: openid.ClientAuth,
  metadata: Partial<openid.ClientMetadata> = {},
): Promise<openid.Configuration> {
  const auth = authentication ?? openid.ClientSecretBasic(relying.secret ?? '')
  return openid.discovery(
    new URL(`${site}/oidc`),
    relying.id,
    { id_token_signed_response_alg: 'ES256', ...metadata },
    auth,
    { execute: [openid.allowInsecureRequests] },
  )
}

/** An authorization request with PKCE, state and nonce. */
export async function ask(
  client: openid.Configuration,
  relying: Relying,
  more: Record<string, string> = {},
): Promise<Asking> {
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const nonce = openid.randomNonce()
  const url = openid.buildAuthorizationUrl(client, {
    redirect_uri: relying.redirectUri,
    scope: 'openid profile',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  })
  return { url: url.href, verifier, state, nonce }
}

/** Fills in the password on the sign-in page where the browser stands. */
export const enterPassword = (
  agent: Agent,
  page: Reply,
  login: string,
  password = demoPassword,
): Promise<Reply> => agent.post(`${page.url.split('?')[0]}/password`, { login, password })

/** The system trades the code it was given for tokens. */
export const trade = (client: openid.Configuration, asking: Asking, arrived: Reply) =>
  openid.authorizationCodeGrant(client, new URL(arrived.url), {
    expectedState: asking.state,
    expectedNonce: asking.nonce,
    pkceCodeVerifier: asking.verifier,
  })

/** The error that a system was sent back with. */
export const errorOf = ({ url }: Reply): string | null => new URL(url).searchParams.get('error')

/** Someone who acts for the platform in a test. */
export const clerk: Actor = systemActor('test')
