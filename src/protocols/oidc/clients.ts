import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { AdapterPayload } from 'oidc-provider'
import type { Config } from '../../core/config.ts'
import type { Platform } from '../../core/context.ts'
import { unseal } from '../../core/seal.ts'
import type { RelyingSystem } from '../../systems/single-sign-on/registry.ts'
import { relyingSystem } from '../../systems/single-sign-on/registry.ts'
import { walletClient } from '../openid4vci/wallet-client.ts'

/** Our own pages, which sign in like any other system. */
export const portalId = 'portal'

/** The address of the provider: its issuer identifier. */
export const issuerOf = (config: Config): string => `${config.origin}/oidc`

/** A secret of the installation for one purpose; the same on every node. */
export const derivedSecret = (config: Config, purpose: string): string =>
  createHmac('sha256', config.secret).update(`oidc:${purpose}`).digest('base64url')

/** The portal as a relying system: whoever has an account may use it, at the lowest level. */
export const portalSystem = (config: Config): RelyingSystem => ({
  id: portalId,
  record: '00000000-0000-8000-a000-000000000031',
  agency: '',
  name: { zh: '市民服務網', en: 'City services' },
  purpose: { zh: '本網站', en: 'This site' },
  audience: 'both',
  rating: 'basic',
  state: 'live',
  requirement: { level: 1, identity: 1, maxAge: null, methods: null },
  metadata: {
    redirect_uris: [`${config.origin}/sign-in/callback`],
    post_logout_redirect_uris: [`${config.origin}/`],
    backchannel_logout_uri: `${config.origin}/sign-in/ended`,
    backchannel_logout_session_required: true,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code'],
    subject_type: 'public',
    scope: 'openid profile',
  },
  sealedSecret: null,
  sealedScim: null,
  liveFrom: null,
  endedAt: null,
})

type Looked = Promise<RelyingSystem | undefined>

const looked = new AsyncLocalStorage<Map<string, Looked>>()

/** Lets a request look each system up once: the provider asks for it at every step. */
export const lookOnce = (app: FastifyInstance): void => {
  app.addHook('onRequest', (_request, _reply, done) => looked.run(new Map(), done))
}

/** A relying system by its client identifier, the portal among them. */
export function systemById(platform: Platform, id: string): Looked {
  if (id === portalId) return Promise.resolve(portalSystem(platform.config))
  const known = looked.getStore()
  const found = known?.get(id) ?? relyingSystem(platform.database.keyed, id)
  known?.set(id, found)
  return found
}

/** What a system of high rating must use; its registration cannot say otherwise. FAPI 2.0. */
const strict = {
  require_pushed_authorization_requests: true,
  dpop_bound_access_tokens: true,
  token_endpoint_auth_method: 'private_key_jwt',
}

/** The client metadata of a live system; undefined when it may not sign anyone in. */
export async function clientMetadata(
  platform: Platform,
  id: string,
): Promise<AdapterPayload | undefined> {
  if (id === walletClient.client_id) return walletClient as unknown as AdapterPayload
  const system = await systemById(platform, id)
  if (system?.state !== 'live') return undefined
  const { config } = platform
  const secret = id === portalId ? derivedSecret(config, portalId) : secretOf(config, system)
  return {
    ...system.metadata,
    ...(system.rating === 'high' && strict),
    client_id: id,
    client_name: system.name.zh,
    ...(secret !== undefined && { client_secret: secret }),
  } as AdapterPayload
}

const secretOf = (config: Config, { sealedSecret }: RelyingSystem): string | undefined =>
  sealedSecret === null ? undefined : unseal(config.secret, sealedSecret)
