import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/**
 * The folder that holds package.json; every default path is relative to it, never to the shell's.
 */
export const projectFolder = resolve(import.meta.dirname, '../..')

/**
 * Every setting of the platform, read from the environment once at start and checked here. This is
 * the one place that documents them; an unknown value stops the start with a sentence.
 */
const Environment = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 3000, description: 'TCP port' }),
  HOST: Type.String({ default: 'localhost', description: 'address to listen on' }),
  PUBLIC_URL: Type.String({
    default: '',
    description: 'address people use, e.g. https://city.example; https turns on secure cookies',
  }),
  TAKAO_DATA: Type.String({
    default: 'data',
    description: 'folder of the embedded database, the files and the keys',
  }),
  DATABASE_URL: Type.String({
    default: '',
    description: 'a PostgreSQL >= 18 of your own instead of the embedded one (its owner role)',
  }),
  TAKAO_CITY: Type.String({ default: 'cities/kaohsiung', description: "the city pack's folder" }),
  TAKAO_DEMO: Type.Union([Type.Literal('auto'), Type.Literal('sample'), Type.Literal('off')], {
    default: 'auto',
    description: 'auto: the sampled half-year with an embedded database on loopback',
  }),
  SMTP_URL: Type.String({
    default: '',
    description: 'smtp(s)://user:pass@host:port; empty: no e-mail',
  }),
  IMAP_URL: Type.String({
    default: '',
    description: 'imap(s)://user:pass@host:port/INBOX whose letters join cases; empty: none read',
  }),
  MAIL_FROM: Type.String({ default: 'no-reply@city.invalid', description: 'sender of e-mail' }),
  MAP_TILES: Type.String({
    default: '',
    description: 'tile address {z}/{x}/{y}; empty: outlines only',
  }),
  LINE_CHANNEL_SECRET: Type.String({
    default: '',
    description: "LINE Messaging API: the channel's secret; empty: no LINE",
  }),
  LINE_CHANNEL_TOKEN: Type.String({ default: '', description: 'LINE: the access token' }),
  LINE_API_BASE: Type.String({ default: 'https://api.line.me', description: 'LINE: its address' }),
  LINE_LOGIN_CHANNEL_ID: Type.String({
    default: '',
    description: 'LINE Login: the channel; empty: nobody signs in with LINE',
  }),
  LINE_LOGIN_CHANNEL_SECRET: Type.String({
    default: '',
    description: "LINE Login: the channel's secret",
  }),
  LINE_LOGIN_ALG: Type.Union([Type.Literal('HS256'), Type.Literal('ES256')], {
    default: 'HS256',
    description: 'LINE Login: how the channel signs ID tokens; web channels HS256',
  }),
  LINE_LOGIN_ISSUER: Type.String({
    default: 'https://access.line.me',
    description: 'LINE Login: its address',
  }),
  GOOGLE_CLIENT_ID: Type.String({
    default: '',
    description: 'Google: the client; empty: nobody signs in with Google',
  }),
  GOOGLE_CLIENT_SECRET: Type.String({ default: '', description: "Google: the client's secret" }),
  GOOGLE_ISSUER: Type.String({
    default: 'https://accounts.google.com',
    description: 'Google: its address',
  }),
  FACEBOOK_APP_ID: Type.String({
    default: '',
    description: 'Facebook: the app; empty: nobody signs in with Facebook',
  }),
  FACEBOOK_APP_SECRET: Type.String({ default: '', description: "Facebook: the app's secret" }),
  FACEBOOK_BASE: Type.String({
    default: 'https://www.facebook.com',
    description: 'Facebook: the address of its pages',
  }),
  FACEBOOK_GRAPH_BASE: Type.String({
    default: 'https://graph.facebook.com',
    description: 'Facebook: the address of its API',
  }),
  CERTIFICATE_ROOTS: Type.String({
    default: '',
    description: 'PEM file of pinned roots and authorities of citizen certificates; empty: none',
  }),
  CERTIFICATE_ANSWERS: Type.String({
    default: '',
    description: "origins to ask for OCSP and CRL, with commas; empty: the city pack's",
  }),
  CARD_COMPONENT: Type.String({
    default: '',
    description: "origin of the card's software on a person's machine; empty: the city pack's",
  }),
  LOG_LEVEL: Type.String({
    default: 'warn',
    description: 'fatal, error, warn, info, debug or silent',
  }),
})

export type Config = Static<typeof Environment> & {
  /** Scheme, host and port that people use, without a path: `PUBLIC_URL`, else this machine's. */
  readonly origin: string
  /** Secret of this installation: signs cookies and tokens, keys the digests. 32 bytes. */
  readonly secret: Buffer
  /** The demo runs: its accounts exist and the Open311 key `demo` is accepted. */
  readonly demo: boolean
}

/** Reads and checks the environment. Throws an Error that names each wrong setting. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.keys(Environment.properties).flatMap((key) =>
      env[key] === undefined || env[key] === '' ? [] : [[key, env[key]]],
    ),
  )
  const value = Value.Convert(Environment, Value.Default(Environment, given))
  const problems = [...Value.Errors(Environment, value)]
  if (problems.length > 0) {
    const lines = problems.map((p) => `${p.instancePath.slice(1)} ${p.message}`)
    throw new Error(`設定有誤 / wrong settings: ${lines.join('; ')}`)
  }
  const settings = value as Static<typeof Environment>
  const data = resolve(projectFolder, settings.TAKAO_DATA)
  mkdirSync(data, { recursive: true })
  const local = ['localhost', '127.0.0.1', '::1'].includes(settings.HOST)
  return {
    ...settings,
    origin: settings.PUBLIC_URL
      ? new URL(settings.PUBLIC_URL).origin
      : `http://localhost:${settings.PORT}`,
    TAKAO_DATA: data,
    TAKAO_CITY: resolve(projectFolder, settings.TAKAO_CITY),
    secret: installationSecret(data),
    demo:
      settings.TAKAO_DEMO === 'sample' ||
      (settings.TAKAO_DEMO === 'auto' && settings.DATABASE_URL === '' && local),
  }
}

function installationSecret(data: string): Buffer {
  const path = join(data, 'secret')
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 })
  return readFileSync(path)
}
