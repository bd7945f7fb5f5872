import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { accountById } from '../../../kernel/identity/accounts.ts'
import { writeOwner } from '../methods/guard.ts'

const subjects: Readonly<Record<'confirmed' | 'declined', Text>> = {
  confirmed: { zh: '您的身分已在服務台查驗', en: 'Your identity was checked at a counter' },
  declined: {
    zh: '您的身分查驗沒有通過複核',
    en: 'The check of your identity was not confirmed',
  },
}
const bodies: Readonly<Record<'confirmed' | 'declined', Text>> = {
  confirmed: {
    zh: '兩位同仁看過您的證件，您的帳號現在可以使用需要查驗身分的系統。如果不是您本人，請馬上洽服務台。',
    en: 'Two officers saw your document: your account is checked. If it was not you, tell us.',
  },
  declined: {
    zh: '第二位同仁沒有確認，您的帳號沒有改變。請再到服務台一次，或改用自然人憑證。',
    en: 'The second officer did not confirm; nothing changed. Come again, or use your certificate.',
  },
}

/** Tells the owner of an account what a counter did. */
export async function tellProofed(
  ctx: Ctx,
  id: string,
  what: 'confirmed' | 'declined',
): Promise<void> {
  const account = await accountById(ctx.db, id)
  const letter = { subject: subjects[what], body: bodies[what] }
  if (account) await writeOwner(ctx, account, letter, '/account/identity')
}
