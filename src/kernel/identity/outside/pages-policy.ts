import type { FastifyReply } from 'fastify'
import type { Config } from '../../../core/config.ts'
import { outsideProviders } from './providers.ts'

/** Lets the forms of this page lead to the providers, as far as browsers are told. */
export function allowOutside(reply: FastifyReply, config: Config): void {
  const hosts = outsideProviders.flatMap((one) => (one.offered(config) ? one.hosts(config) : []))
  const given = String(reply.getHeader('content-security-policy'))
  const allowed = ["form-action 'self'", ...new Set(hosts)].join(' ')
  reply.header('content-security-policy', given.replace("form-action 'self'", allowed))
}
