import { methodNames } from '../levels.ts'
import { outsideFailed } from '../outside/provider.ts'
import { outsideProviders } from '../outside/providers.ts'
import type { SignInMethod } from './method.ts'
import { signInMethod } from './method.ts'

/**
 * Accounts elsewhere as ways to sign in. What proves one is the provider's answer to our server
 * (`proveOutside`); a form proves nothing.
 */
export const outsideMethods: readonly SignInMethod[] = outsideProviders.map((provider) =>
  signInMethod({
    method: provider.method,
    second: false,
    offered: ({ config }) => provider.offered(config),
    prove: async () => ({ refused: outsideFailed(methodNames[provider.method]) }),
  }),
)
