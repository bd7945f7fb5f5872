import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { credentialsOf } from '../accounts.ts'
import { approvalState, askApproval, takeApproval } from '../approvals.ts'
import { noteFailure, restsUntil, type Tried } from '../tries.ts'
import { type Given, type Outcome, signInMethod } from './method.ts'

/** What the page that waits for a phone shows, and until when. */
export type DeviceWaiting = { readonly id: string; readonly number: number; readonly until: number }

/** What requests are counted for, against people who ask until someone gives in. */
const asked = (account: string): readonly Tried[] => [
  { key: `push:${account}`, rule: { most: 10, minutes: 60 } },
]

/** What denials and wrong numbers are counted for: three rest the phones for an hour. */
export const denials = (account: string): readonly Tried[] => [
  { key: `push-denied:${account}`, rule: { most: 3, minutes: 60 } },
]

/** A registered phone, after a first method: it is asked once the button is pressed. */
export const device = signInMethod({
  method: 'device',
  second: true,
  offered: () => true,
  prove: async (ctx, attempt, given) => {
    const { account } = attempt
    const held = account ? await credentialsOf(ctx.db, account) : []
    if (!account || !held.some(({ method }) => method === 'device')) return { refused: noPhone }
    const waiting = attempt.waiting.device as DeviceWaiting | undefined
    if (!waiting || given.fields.again === '1') return send(ctx, attempt.id, account, given)
    const state = await approvalState(ctx, attempt.id, waiting.id)
    if (state === 'open') return { waiting }
    if (state === 'denied') return { refused: denied }
    const taken = await takeApproval(ctx, attempt.id, account, waiting.id)
    if (!taken) return { refused: over }
    return { account, credential: taken.credential, facts: { verified: taken.verified } }
  },
})

async function send(ctx: Ctx, attempt: string, account: string, given: Given): Promise<Outcome> {
  if (await restsUntil(ctx, [...asked(account), ...denials(account)])) return { refused: tooMany }
  const waiting = await askApproval(ctx, attempt, account, given)
  if (!waiting) return { refused: tooMany }
  await noteFailure(ctx, asked(account))
  return { waiting }
}

const noPhone: Text = {
  zh: '這個帳號沒有登記手機。請改用別的方式。',
  en: 'No phone is registered for this account. Use another way.',
}
const denied: Text = {
  zh: '手機上拒絕了這次登入，或選了別的數字。是您自己的話，請再傳一次。',
  en: 'The phone denied it, or another number was chosen. If it was you, send it once more.',
}
const over: Text = {
  zh: '兩分鐘內沒有在手機上回答。請再傳一次。',
  en: 'The phone did not answer within two minutes. Send it once more.',
}
const tooMany: Text = {
  zh: '傳到手機的要求太多，或有人拒絕過，暫停一小時。請改用別的方式。',
  en: 'Too many requests were sent, or some denied: phones rest an hour. Use another way.',
}
