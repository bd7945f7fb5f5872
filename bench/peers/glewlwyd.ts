import { spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, expect, openClient } from '../http.ts'
import { ask, back, basic, freePort, password, secret, until } from './peer.ts'
import { codeOf, lanes, type Operations, type Provider, pkce } from './provider.ts'

/*
 * Glewlwyd 2.7 of Debian as a peer: over a database of its own in the same cluster, with one client,
 * one person and an ES256 key.
 */

const made = '/usr/share/dbconfig-common/data/glewlwyd/install'
const modules = '/usr/lib/glewlwyd'

/** Whether it is installed. */
export const hasGlewlwyd = (): boolean =>
  spawnSync('glewlwyd', ['-v'], { stdio: 'ignore' }).error === undefined

/** Makes its database, starts it and configures it over its own API; `cost` is bcrypt's. */
export async function startGlewlwyd(clusterUrl: string, cost: number): Promise<Provider> {
  const folder = mkdtempSync(join(tmpdir(), 'takao-glewlwyd-'))
  mkdirSync(join(folder, 'none'))
  const database = `glewlwyd_${randomBytes(3).toString('hex')}`
  await ask(clusterUrl, `create database ${database}`)
  const own = clusterUrl.replace('/postgres?', `/${database}?`)
  await ask(own, 'create extension pgcrypto')
  await ask(own, readFileSync(join(made, 'pgsql'), 'utf8'))
  await ask(own, readFileSync(join(made, 'postgre.default.sql'), 'utf8'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const file = join(folder, 'glewlwyd.conf')
  writeFileSync(file, settings(folder, port, url, new URL(own.replace('@/', '@localhost/'))))
  const child = spawn('glewlwyd', ['-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(`${url}/config`)
  await configure(url)
  await ask(
    own,
    `update g_user_password set guw_password = crypt('${password}', gen_salt('bf', ${cost}))
      where gu_id = (select gu_id from g_user where gu_username = 'person')`,
  )
  const client = openClient(url, lanes)
  return {
    name: `Glewlwyd ${version()}`,
    pids: () => [child.pid ?? 0],
    database,
    hash: (n) =>
      ask(own, `select crypt('x' || i, gen_salt('bf', ${cost})) from generate_series(1, ${n}) i`),
    ...operationsOf(client),
    close: async () => {
      client.close()
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((done) => child.once('exit', done))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function version(): string {
  const { stderr, stdout } = spawnSync('glewlwyd', ['-v'], { encoding: 'utf8' })
  return /[\d.]+/.exec(stdout + stderr)?.[0] ?? ''
}

async function configure(url: string): Promise<void> {
  let cookie = ''
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    const [given] = answer.headers.getSetCookie()
    if (given) cookie = given.split(';')[0] ?? ''
  }
  await call('POST', '/auth/', { username: 'admin', password: 'password' })
  await call('POST', '/mod/plugin/', {
    ...{ module: 'oidc', name: 'oidc', display_name: 'oidc', enabled: true },
    parameters: parameters(url),
  })
  await call('POST', '/client/?source=database', {
    ...{ client_id: 'bench', name: 'bench', enabled: true, confidential: true },
    ...{ password: secret, client_secret: secret, scope: ['openid'], redirect_uri: [back] },
    authorization_type: ['code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: ['client_secret_basic'],
  })
  await call('POST', '/user/?source=database', {
    ...{ username: 'person', name: 'Person', password, enabled: true },
    scope: ['openid', 'g_profile'],
  })
  await call('POST', '/auth/', { username: 'person', password })
  await call('PUT', '/auth/grant/bench', { scope: 'openid' })
}

const parameters = (url: string) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }
  return {
    ...{ iss: `${url}/api/oidc`, 'jwks-private': JSON.stringify({ keys: [key] }) },
    ...{ 'default-kid': 'k1', 'jwt-type': 'ecdsa', 'jwt-key-size': '256', 'jwks-show': true },
    ...{ 'access-token-duration': 600, 'refresh-token-duration': 1_209_600, 'code-duration': 60 },
    ...{ 'refresh-token-rolling': true, 'refresh-token-one-use': 'always' },
    ...{ 'session-cookie-expiration': 43_200, 'allow-non-oidc': true },
    ...{ 'auth-type-code-enabled': true, 'auth-type-code-revoke-replayed': true },
    ...{ 'auth-type-client-enabled': true, 'auth-type-refresh-enabled': true },
    ...{ 'auth-type-token-enabled': false, 'auth-type-password-enabled': false },
    ...{ 'auth-type-implicit-enabled': false, 'auth-type-none-enabled': false },
    ...{ 'auth-type-device-enabled': false, 'request-parameter-allow': false },
    ...{ 'pkce-allowed': true, 'pkce-required': true, 'pkce-method-plain-allowed': false },
    ...{ 'introspection-revocation-allowed': true, 'introspection-revocation-auth-scope': [] },
    'introspection-revocation-allow-target-client': true,
    ...{ scope: [], claims: [], 'name-claim': 'no', 'email-claim': 'no', 'scope-claim': 'no' },
    ...{ 'address-claim': { type: 'no' }, 'subject-type': 'pairwise' },
  }
}

function operationsOf(client: Client): Operations {
  const form = async (path: string, fields: Record<string, string>) =>
    JSON.parse(
      expect(await client.post(`/api/oidc/${path}`, new URLSearchParams(fields), basic), 200).body,
    )
  return {
    signIn: async () => {
      const entered = await client.post('/api/auth/', { username: 'person', password })
      const cookie = expect(entered, 200).cookies.join('; ')
      const { verifier, challenge } = pkce()
      const asked = new URLSearchParams({
        ...{ response_type: 'code', client_id: 'bench', redirect_uri: back, scope: 'openid' },
        ...{ state: 'a-state', nonce: 'a-nonce-of-the-bench', code_challenge: challenge },
        code_challenge_method: 'S256',
      })
      const led = await client.get(`/api/oidc/auth?g_continue&${asked}`, { cookie })
      const code = codeOf(expect(led, 302))
      const given = { code, redirect_uri: back, client_id: 'bench', code_verifier: verifier }
      const tokens = await form('token', { grant_type: 'authorization_code', ...given })
      return { refresh: tokens.refresh_token, access: tokens.access_token }
    },
    token: () => form('token', { grant_type: 'client_credentials', scope: 'openid' }),
    refresh: async (refresh_token) =>
      (await form('token', { grant_type: 'refresh_token', refresh_token })).refresh_token,
    introspect: async (token) => (await form('introspect', { token })).active === true,
  }
}

const settings = (folder: string, port: number, url: string, database: URL): string => `
port=${port}
bind_address="127.0.0.1"
external_url="${url}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="ERROR"
cookie_domain="localhost"
cookie_secure=false
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
allow_multiple_user_per_session=true
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
user_middleware_module_path="${folder}/none"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
hash_algorithm="SHA512"
database = { type = "postgre"
  conninfo = "host=${database.searchParams.get('host')} dbname=${database.pathname.slice(1)} user=${database.username} password=${database.password}" };
`
