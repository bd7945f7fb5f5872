import { Type } from 'typebox'
import type { Config } from '../../src/core/config.ts'
import { type Platform, systemActor } from '../../src/core/context.ts'
import { operation, perform } from '../../src/core/operation.ts'
import { addCredential } from '../../src/kernel/identity/accounts.ts'
import type { OutsideMethod } from '../../src/kernel/identity/outside/provider.ts'
import { outsideLookup } from '../../src/kernel/identity/outside/provider.ts'
import { outsideOf } from '../../src/kernel/identity/outside/providers.ts'
import { openTestApp, type TestApp } from '../browser.ts'
import type { Agent, Reply } from '../relying.ts'
import { type Facebook, facebookLogin } from './facebook.ts'
import { type Google, googleLogin } from './google.ts'
import { type LineLogin, lineLogin } from './line.ts'
import { consent } from './server.ts'

/** A city hall that is registered at counterparts of every provider. */
export type OutsideCity = TestApp & {
  readonly line: LineLogin
  readonly google: Google
  readonly facebook: Facebook
}

/** Opens it; `settings` change what the installation says of the providers, or add to it. */
export async function outsideCity(
  settings: Partial<Config> = {},
  host = '127.0.0.1',
): Promise<OutsideCity> {
  let url = ''
  const back = (method: OutsideMethod) => () => `${url}/sign-in/outside/${method}/callback`
  const line = await lineLogin(back('line'))
  const google = await googleLogin(back('google'))
  const facebook = await facebookLogin(back('facebook'))
  const app = await openTestApp(host, {
    LINE_LOGIN_CHANNEL_ID: line.channel,
    LINE_LOGIN_CHANNEL_SECRET: line.secret,
    LINE_LOGIN_ISSUER: line.origin,
    GOOGLE_CLIENT_ID: google.client,
    GOOGLE_CLIENT_SECRET: google.secret,
    GOOGLE_ISSUER: google.origin,
    FACEBOOK_APP_ID: facebook.app,
    FACEBOOK_APP_SECRET: facebook.secret,
    FACEBOOK_BASE: facebook.origin,
    FACEBOOK_GRAPH_BASE: facebook.origin,
    ...settings,
  })
  url = app.url
  return { ...app, line, google, facebook }
}

const link = operation({
  name: 'test.link-outside',
  title: { zh: '測試連結', en: 'A test link' },
  permission: 'test',
  input: Type.Object({ account: Type.String(), method: Type.String(), subject: Type.String() }),
  run: (ctx, { account, method, subject }) => {
    const provider = outsideOf(ctx.config, method)!
    const lookup = outsideLookup(ctx.config, provider, subject)
    return addCredential(ctx, account, { method: provider.method, lookup, data: {} })
  },
})

/** Links an account elsewhere to an account of the city, as its owner did before. */
export const linkOutside = (
  platform: Platform,
  account: string,
  method: OutsideMethod,
  subject: string,
): Promise<string> => perform(platform, link, systemActor('test'), { account, method, subject })

/** Where the browser is sent by the button of a provider on the sign-in page where it stands. */
export async function leaveFor(agent: Agent, page: Reply, method: OutsideMethod): Promise<string> {
  const { url } = await agent.post(`${page.url.split('?')[0]}/${method}`, {})
  return url
}

/** Signs in by a provider from the sign-in page where the browser stands, and comes back. */
export async function throughOutside(
  agent: Agent,
  page: Reply,
  method: OutsideMethod,
  answer: 'agree' | 'cancel' = 'agree',
): Promise<Reply> {
  return agent.get(await consent(await leaveFor(agent, page, method), answer))
}
