import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { type LineState, lineState } from '../../kernel/messages/lines.ts'

const Pack = Type.Object({
  /** Queues of the call centre whose callers the chat may serve while they are full. */
  relieves: Type.Array(Type.String({ minLength: 1 })),
  /** Sites that may show the chat in a frame, as origins. */
  embed: Type.Array(Type.String({ pattern: '^https://[^/]+$' })),
})

/** The chatbot's own part of the city pack, `chatbot.json`. Throws when not of the shape. */
export const chatbotPack = (city: City) => city.read('chatbot.json', Pack)

// A busy line gives signs all the time; one that is silent for so long has lost its exchange.
const staleMs = 10 * 60_000

/** The queues that are full now and that the chat relieves, each with the time of its state. */
export async function fullLines(ctx: Ctx): Promise<LineState[]> {
  const { relieves } = chatbotPack(ctx.city)
  const states = await lineState(ctx)
  return states.filter(
    ({ queue, full, at }) => full && relieves.includes(queue) && +ctx.now - +at <= staleMs,
  )
}
