import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import type { Published } from '../../../core/credential/trust.ts'
import { judge, type Trusted, type Verdict } from '../../../core/credential/verdict.ts'
import { operation } from '../../../core/operation.ts'
import { publicKeys } from './keys.ts'
import { listNow, listNumbers, listUri } from './status.ts'

/** What a verifier fetches to check cards by itself: who issues, with which keys, which lists. */
export async function published(ctx: Ctx): Promise<Published> {
  const { origin } = ctx.config
  const lists = await listNumbers(ctx)
  return {
    issuer: origin,
    keys: await publicKeys(ctx.db),
    status_lists: lists.map((number) => listUri(origin, number)),
  }
}

/** Judges a card here, for who has no script. Tells no more than the card says of itself. */
export const verifyCard = operation({
  name: 'citizen-account.verify-card',
  title: { zh: '查驗市民卡', en: 'Verify a card' },
  permission: 'public',
  reads: true,
  input: Type.Object({ text: Type.String({ maxLength: 4000 }) }),
  run: async (ctx, { text }): Promise<Verdict> => judge(text, await trustedNow(ctx), ctx.now),
})

async function trustedNow(ctx: Ctx): Promise<Trusted> {
  const found = await Promise.all((await listNumbers(ctx)).map((number) => listNow(ctx, number)))
  return {
    issuer: ctx.config.origin,
    keys: await publicKeys(ctx.db),
    lists: found.filter((list) => list !== null),
  }
}
