import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Platform, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { perform } from '../../core/operation.ts'
import { type LineMessage, takeLineEvent } from './line-events.ts'

const LineEvent = Type.Object({
  type: Type.String(),
  webhookEventId: Type.String({ minLength: 1, maxLength: 100 }),
  replyToken: Type.Optional(Type.String({ maxLength: 200 })),
  source: Type.Optional(Type.Object({ userId: Type.Optional(Type.String({ maxLength: 100 })) })),
  message: Type.Optional(
    Type.Object({ type: Type.String(), text: Type.Optional(Type.String({ maxLength: 5000 })) }),
  ),
  postback: Type.Optional(Type.Object({ data: Type.String({ maxLength: 300 }) })),
})

const Delivery = Type.Object({ events: Type.Array(LineEvent, { maxItems: 100 }) })

/**
 * The webhook of the LINE Messaging API. A delivery is trusted by its signature alone: HMAC-SHA-256
 * of the raw body with the channel's secret. Without a secret there is no such route.
 */
export function mountLine(app: FastifyInstance, platform: Platform): void {
  const secret = platform.config.LINE_CHANNEL_SECRET
  if (secret === '') return
  app.register(async (scope) => {
    // The signature covers the bytes as they came, so nothing may parse them first.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    )
    scope.post('/line/webhook', { schema: { hide: true } }, async (request) => {
      const body = request.body
      if (!Buffer.isBuffer(body) || !isSigned(body, request.headers['x-line-signature'], secret))
        throw badSignature()
      const delivery: unknown = JSON.parse(body.toString('utf8'))
      if (!Value.Check(Delivery, delivery)) throw unreadable()
      for (const event of delivery.events) await handle(platform, event)
      return {}
    })
  })
}

/** Whether the header holds the base64 HMAC-SHA-256 of the body under the channel's secret. */
export function isSigned(body: Buffer, header: unknown, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest()
  const given = Buffer.from(String(header ?? ''), 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const badSignature = () =>
  new Refused('line.signature', 401, {
    zh: '簽章不符，沒有處理。',
    en: 'The signature does not match; nothing was done.',
  })

const unreadable = () =>
  new Refused('line.form', 400, {
    zh: '內容格式不對，沒有處理。',
    en: 'This is not a delivery of the Messaging API; nothing was done.',
  })

/** Takes an event once, however often it is delivered, and uses its reply token at most once. */
async function handle(platform: Platform, event: Static<typeof LineEvent>): Promise<void> {
  const user = event.source?.userId
  if (!user) return
  const given = {
    id: event.webhookEventId,
    user,
    type: event.type,
    ...(event.message?.type === 'text' && { text: event.message.text ?? '' }),
    ...(event.postback && { data: event.postback.data }),
  }
  const { messages } = await perform(platform, takeLineEvent, systemActor('line'), given)
  if (messages.length > 0 && event.replyToken) await reply(platform, event.replyToken, messages)
}

/** Sends the answer. A failure is logged by its status: neither the words nor the person. */
async function reply(
  { config, log }: Platform,
  replyToken: string,
  messages: readonly LineMessage[],
): Promise<void> {
  const response = await fetch(new URL('/v2/bot/message/reply', config.LINE_API_BASE), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${config.LINE_CHANNEL_TOKEN}`,
    },
    body: JSON.stringify({ replyToken, messages }),
    signal: AbortSignal.timeout(5000),
  }).catch(() => null)
  if (!response?.ok) log.warn({ status: response?.status ?? 0 }, 'LINE did not take a reply')
}
