import { spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, openClient } from '../http.ts'
import { ask, back, basic, freePort, password, secret, until } from './peer.ts'
import { browserOf, codeOf, lanes, type Operations, type Provider, pkce } from './provider.ts'

/*
 * LemonLDAP::NG of Debian as a peer, its portal behind Starman: sessions, tokens and people in a
 * database of its own in the same cluster. This version signs by RSA alone.
 */

/** What Debian's package needs beside itself. */
export const lemonldapPackages = [
  ...['liblemonldap-ng-portal-perl', 'starman', 'libapache-session-browseable-perl'],
  ...['libdbd-pg-perl', 'libgd-perl', 'libimage-magick-perl', 'libgd-securityimage-perl'],
  ...['libstring-random-perl', 'libio-string-perl', 'libcrypt-openssl-bignum-perl'],
].join(' ')

const app = '/usr/share/lemonldap-ng/portal/htdocs/index.psgi'

/** Whether it and its server are installed. */
export const hasLemonldap = (): boolean =>
  existsSync(app) && spawnSync('starman', ['--version'], { stdio: 'ignore' }).error === undefined

/** Makes its database and its settings, and starts it; `cost` is bcrypt's. */
export async function startLemonldap(clusterUrl: string, cost: number): Promise<Provider> {
  const folder = mkdtempSync(join(tmpdir(), 'takao-lemonldap-'))
  for (const name of ['conf', 'cache']) mkdirSync(join(folder, name))
  const database = `lemonldap_${randomBytes(3).toString('hex')}`
  await ask(clusterUrl, `create database ${database}`)
  const own = clusterUrl.replace('/postgres?', `/${database}?`)
  await ask(
    own,
    `create extension pgcrypto;
    create table sessions (id varchar(64) primary key, a_session jsonb);
    create table psessions (id varchar(64) primary key, a_session jsonb);
    create table people (login text primary key, password text, mail text);
    insert into people values ('person', crypt('${password}', gen_salt('bf', ${cost})), 'p@x.example');
    create function encrypt(given text, held text) returns text language sql
      as $$ select crypt(given, held) $$`,
  )
  const port = await freePort()
  const url = `http://localhost:${port}`
  const settings = settingsOf(url, folder, new URL(own.replace('@/', '@localhost/')))
  writeFileSync(join(folder, 'conf', 'lmConf-1.json'), JSON.stringify(settings))
  writeFileSync(join(folder, 'lemonldap-ng.ini'), ini(folder))
  const child = spawn(
    'starman',
    ['--listen', `localhost:${port}`, '--workers', String(lanes), '--preload-app', app],
    {
      stdio: 'ignore',
      env: { ...process.env, LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini') },
    },
  )
  await until(`${url}/.well-known/openid-configuration`)
  const children = `/proc/${child.pid}/task/${child.pid}/children`
  return {
    name: `LemonLDAP::NG ${version()}`,
    pids: () => readFileSync(children, 'utf8').trim().split(' ').map(Number),
    database,
    hash: (n) =>
      ask(own, `select crypt('x' || i, gen_salt('bf', ${cost})) from generate_series(1, ${n}) i`),
    ...operationsOf(url),
    close: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((done) => child.once('exit', done))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const version = (): string =>
  spawnSync('perl', ['-MLemonldap::NG::Portal', '-e', 'print $Lemonldap::NG::Portal::VERSION'], {
    encoding: 'utf8',
  }).stdout

const ini = (folder: string): string => `[all]
logLevel = error
checkTime = 600
[configuration]
type = File
dirName = ${folder}/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'bench', 'default_expires_in' => 600, \
  'cache_root' => '${folder}/cache', 'cache_depth' => 3 }
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
`

function settingsOf(url: string, folder: string, database: URL): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const host = database.searchParams.get('host')
  const source = `dbi:Pg:dbname=${database.pathname.slice(1)};host=${host}`
  const access = { UserName: database.username, Password: database.password, Commit: 1 }
  const store = (TableName: string) => ({ DataSource: source, ...access, TableName })
  return {
    ...{
      cfgNum: 1,
      cfgAuthor: 'bench',
      cfgDate: '1600000000',
      portal: `${url}/`,
      domain: 'localhost',
      securedCookie: 0,
    },
    ...{ authentication: 'DBI', userDB: 'Same', passwordDB: 'Null', registerDB: 'Null' },
    ...{ dbiAuthChain: source, dbiAuthUser: access.UserName, dbiAuthPassword: access.Password },
    ...{ dbiAuthTable: 'people', dbiAuthLoginCol: 'login', dbiAuthPasswordCol: 'password' },
    ...{ dbiAuthPasswordHash: 'encrypt', dbiUserTable: 'people', userPivot: 'login' },
    dbiExportedVars: { uid: 'login', mail: 'mail' },
    ...{ captcha_mail_enabled: 0, captcha_register_enabled: 0, portalDisplayResetPassword: 0 },
    macros: { _whatToTrace: 'lc($_user)' },
    ...{ whatToTrace: '_whatToTrace', exportedVars: {}, groups: {}, locationRules: {} },
    ...{
      cookieName: 'lemonldap',
      timeout: 43_200,
      loginHistoryEnabled: 0,
      portalSkin: 'bootstrap',
    },
    globalStorage: 'Apache::Session::Browseable::PgJSON',
    globalStorageOptions: store('sessions'),
    persistentStorage: 'Apache::Session::Browseable::PgJSON',
    persistentStorageOptions: store('psessions'),
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: {
      ...{ namespace: 'bench-sessions', default_expires_in: 600, cache_depth: 3 },
      cache_root: `${folder}/cache`,
    },
    ...{ issuerDBOpenIDConnectActivation: 1, issuerDBOpenIDConnectRule: 1 },
    ...{ oidcServicePrivateKeySig: privateKey, oidcServicePublicKeySig: publicKey },
    ...{ oidcServiceKeyIdSig: 'k1', oidcServiceAllowAuthorizationCodeFlow: 1 },
    oidcRPMetaDataExportedVars: { bench: { preferred_username: 'uid' } },
    oidcRPMetaDataOptions: {
      bench: {
        ...{ oidcRPMetaDataOptionsClientID: 'bench', oidcRPMetaDataOptionsClientSecret: secret },
        ...{ oidcRPMetaDataOptionsRedirectUris: back, oidcRPMetaDataOptionsBypassConsent: 1 },
        ...{ oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256', oidcRPMetaDataOptionsRequirePKCE: 1 },
        ...{ oidcRPMetaDataOptionsRefreshToken: 1, oidcRPMetaDataOptionsRefreshTokenRotation: 1 },
        oidcRPMetaDataOptionsAllowClientCredentialsGrant: 1,
      },
    },
  }
}

function operationsOf(url: string): Operations {
  const client = openClient(url, lanes)
  const form = async (path: string, fields: Record<string, string>) =>
    JSON.parse(
      expect(await client.post(`/oauth2/${path}`, new URLSearchParams(fields), basic), 200).body,
    )
  return {
    signIn: async () => {
      const browser = browserOf(client, url)
      const { verifier, challenge } = pkce()
      const asked = new URLSearchParams({
        ...{ response_type: 'code', client_id: 'bench', redirect_uri: back, scope: 'openid' },
        ...{ state: 'a-state', nonce: 'a-nonce-of-the-bench', code_challenge: challenge },
        code_challenge_method: 'S256',
      })
      const page = await browser.get(`/oauth2/authorize?${asked}`)
      const hidden = (name: string) =>
        new RegExp(`name="${name}" value="([^"]*)"`).exec(page.reply.body)?.[1] ?? ''
      const entered = { user: 'person', password, token: hidden('token'), url: hidden('url') }
      const proven = await browser.post(page.at, entered)
      const given = { code: codeOf(proven.reply), redirect_uri: back, code_verifier: verifier }
      const tokens = await form('token', { grant_type: 'authorization_code', ...given })
      return { refresh: tokens.refresh_token, access: tokens.access_token }
    },
    token: () => form('token', { grant_type: 'client_credentials', scope: 'openid' }),
    // This version does not turn refresh tokens.
    refresh: async (refresh_token) =>
      (await form('token', { grant_type: 'refresh_token', refresh_token })).refresh_token ??
      refresh_token,
    introspect: async (token) => (await form('introspect', { token })).active === true,
  }
}
