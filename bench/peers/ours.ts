import { systemActor } from '../../src/core/context.ts'
import { perform } from '../../src/core/operation.ts'
import { hashPassword } from '../../src/kernel/identity/password.ts'
import { demoPassword, seedStaff } from '../../src/kernel/identity/seed.ts'
import {
  approveSystem,
  issueSecret,
  proposeSystem,
} from '../../src/systems/single-sign-on/operations.ts'
import { type Client, expect, openClient } from '../http.ts'
import type { BenchCity } from '../place.ts'
import { browserOf, codeOf, lanes, type Operations, type Provider, pkce } from './provider.ts'

const back = 'http://localhost:1/in'

/** The city hall with one relying system, for its own staff. */
export async function startOurs(city: BenchCity): Promise<Provider> {
  const operator = systemActor('bench')
  await perform(city, seedStaff, operator, {})
  const demo = { ...city, config: { ...city.config, demo: true } }
  await perform(demo, proposeSystem, operator, {
    ...{ id: 'bench', agency: 'maintenance-office', nameZh: '量測', nameEn: 'Bench' },
    ...{
      purposeZh: '量測登入',
      purposeEn: 'to measure sign-ins',
      audience: 'staff',
      rating: 'basic',
      level: 1,
    },
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid'],
    ...{ redirectUris: [back], resources: ['https://bench.example/api'] },
  })
  await perform(demo, approveSystem, systemActor('approver'), { id: 'bench' })
  const { secret } = await perform(city, issueSecret, operator, { id: 'bench' })
  const server = await city.serve()
  const client = openClient(server.url, lanes)
  const url = new URL(city.database.url.replace('@/', '@localhost/'))
  return {
    name: 'Takao',
    pids: () => [server.pid],
    database: url.pathname.slice(1),
    hash: async (n) => {
      for (let i = 0; i < n; i++) await hashPassword(`x${i}`)
    },
    ...operationsOf(client, server.url, secret),
    close: async () => {
      client.close()
      await server.close()
    },
  }
}

function operationsOf(client: Client, origin: string, secret: string): Operations {
  const basic = { authorization: `Basic ${btoa(`bench:${secret}`)}` }
  const form = async (path: string, fields: Record<string, string>) =>
    JSON.parse(
      expect(await client.post(`/oidc/${path}`, new URLSearchParams(fields), basic), 200).body,
    )
  return {
    signIn: async () => {
      const browser = browserOf(client, origin)
      const { verifier, challenge } = pkce()
      const asked = new URLSearchParams({
        ...{ response_type: 'code', client_id: 'bench', redirect_uri: back },
        ...{ scope: 'openid', state: 'a-state' },
        ...{ nonce: 'a-nonce-of-the-bench', code_challenge: challenge },
        code_challenge_method: 'S256',
      })
      const page = await browser.get(`/oidc/auth?${asked}`)
      const entered = { login: 'officer-maintenance', password: demoPassword }
      const proven = await browser.post(`${page.at}/password`, entered)
      const code = codeOf(proven.reply)
      const given = { code, redirect_uri: back, code_verifier: verifier }
      const tokens = await form('token', { grant_type: 'authorization_code', ...given })
      return { refresh: tokens.refresh_token, access: tokens.access_token }
    },
    token: () =>
      form('token', {
        ...{ grant_type: 'client_credentials', resource: 'https://bench.example/api' },
      }),
    refresh: async (refresh_token) =>
      (await form('token', { grant_type: 'refresh_token', refresh_token })).refresh_token,
    introspect: async (token) => (await form('token/introspection', { token })).active === true,
  }
}
