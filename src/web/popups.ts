import type { FastifyReply } from 'fastify'

/**
 * Lets a page talk with a window of another origin that it opens itself; elsewhere such a window is
 * cut off. The page must be `whole`, as the browser keeps the policy that a document began with.
 */
export const allowPopups = (reply: FastifyReply): void => {
  reply.header('cross-origin-opener-policy', 'same-origin-allow-popups')
}
