import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../core/context.ts'
import { publicActor } from '../../core/context.ts'
import { read } from '../../core/operation.ts'
import { publicKeys } from '../../systems/citizen-account/card/keys.ts'
import { claimNames, credentialType } from '../../systems/citizen-account/wallet/credential.ts'

/**
 * What verifiers look up by the credential alone: the keys of its issuer (`/.well-known/
 * jwt-vc-issuer`, SD-JWT VC section 5) and what its type means (section 6).
 */
export function mountCredentialTypes(app: FastifyInstance, platform: Platform): void {
  const { origin } = platform.config
  const get = (path: string, body: () => Promise<object> | object) =>
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      reply.header('access-control-allow-origin', '*').header('cache-control', 'no-cache')
      return body()
    })
  get('/.well-known/jwt-vc-issuer', async () => ({
    issuer: origin,
    jwks: { keys: await read(platform, publicActor, 'public', ({ db }) => publicKeys(db)) },
  }))
  get('/card/type', () => ({
    vct: credentialType(origin),
    name: '市民卡',
    display: [
      { locale: 'zh-TW', name: '市民卡' },
      { locale: 'en', name: 'City card' },
    ],
    claims: claimNames.map((name) => ({ path: [name], sd: 'always', display: labels[name] })),
  }))
}

const labels = {
  name: [
    { locale: 'zh-TW', label: '姓名' },
    { locale: 'en', label: 'Name' },
  ],
  identity_level: [
    { locale: 'zh-TW', label: '身分查驗等級' },
    { locale: 'en', label: 'Identity level' },
  ],
} as const
