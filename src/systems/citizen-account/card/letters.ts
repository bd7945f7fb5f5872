import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { writeOwner } from '../methods/guard.ts'

const subjects = {
  begun: { zh: '您申請了虛擬市民卡', en: 'You began a virtual card' },
  'on-device': { zh: '您的市民卡放進了一支手機', en: 'Your card was put on a phone' },
  'in-wallet': { zh: '您的市民卡放進了一個數位皮夾', en: 'Your card was put in a wallet' },
  stopped: { zh: '您的市民卡已停用', en: 'Your card was stopped' },
  resumed: { zh: '您的市民卡已恢復使用', en: 'Your card can be used again' },
  added: { zh: '服務台登錄了您的實體市民卡', en: 'A counter added a card to your account' },
} as const satisfies Readonly<Record<string, Text>>

/** Tells the owner of an account what happened to a card, where there is a proven address. */
export async function tellOfCard(
  ctx: Ctx,
  account: Account,
  what: keyof typeof subjects,
): Promise<void> {
  const { zh, en } = subjects[what]
  const body = {
    zh: `${zh}。如果不是您自己做的，請馬上到「我的市民卡」停用，並更改密碼。`,
    en: `${en}. If it was not you, stop the card at once and change your password.`,
  }
  await writeOwner(ctx, account, { subject: subjects[what], body }, '/account/card')
}
