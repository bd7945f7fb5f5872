import type { FastifyReply } from 'fastify'
import type { Config } from '../../../core/config.ts'
import { outsideProviders } from './providers.ts'

/**
 * Lets the forms of this page lead to the providers and to `more`: browsers hold `form-action`
 * against every redirect that follows a form.
 */
export function allowOutside(reply: FastifyReply, config: Config, more: readonly string[] = []) {
  const hosts = outsideProviders.flatMap((one) => (one.offered(config) ? one.hosts(config) : []))
  const given = String(reply.getHeader('content-security-policy'))
  const allowed = ["form-action 'self'", ...new Set([...hosts, ...more])].join(' ')
  reply.header('content-security-policy', given.replace("form-action 'self'", allowed))
}
