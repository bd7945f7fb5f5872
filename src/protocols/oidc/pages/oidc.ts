import type { FastifyInstance } from 'fastify'
import type { Actor, Platform } from '../../../core/context.ts'
import type { Page, ViewOf } from '../../../web/pages.ts'
import { walletPages } from '../../openid4vci/pages.tsx'
import { mountCredentialTypes } from '../../openid4vci/routes.ts'
import { actorOfAccess } from '../api-token.ts'
import { lookOnce } from '../clients.ts'
import { publicKeys } from '../keys.ts'
import { mountProvider, type ProviderNow, providerFor } from '../mount.ts'
import { accountPages } from './account.tsx'
import { registerPages } from './desk/routes.ts'
import { forgotPages } from './forgot.tsx'
import { outsidePages } from './outside.ts'
import { mountEnded, portalPages } from './portal.ts'
import { joinPages } from './register.tsx'
import { screensWith } from './screens.tsx'
import { signInPages } from './sign-in.tsx'
import { staffPages } from './staff/routes.ts'

export type Oidc = {
  readonly provider: ProviderNow
  readonly pages: readonly Page[]
  /** The person behind an `Authorization: Bearer` header; undefined when there is none. */
  readonly actorOfBearer: (header: string | undefined) => Promise<Actor | undefined>
}

/** Hangs the OpenID provider into the server, with its pages and our own site as its client. */
export function mountOidc(app: FastifyInstance, platform: Platform, viewOf: ViewOf): Oidc {
  const now = providerFor(platform, screensWith(viewOf))
  lookOnce(app)
  mountProvider(app, now)
  mountCredentialTypes(app, platform)
  mountEnded(app, platform, () => publicKeys(platform))
  return {
    provider: now,
    pages: [
      ...portalPages(app, platform),
      ...outsidePages(now),
      ...joinPages(now),
      ...forgotPages(now),
      ...signInPages(now),
      ...walletPages(now),
      ...accountPages(now),
      ...registerPages,
      ...staffPages(now),
    ],
    actorOfBearer: async (header) => {
      const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1]
      return token === undefined ? undefined : actorOfAccess(platform, await now(), token)
    },
  }
}
