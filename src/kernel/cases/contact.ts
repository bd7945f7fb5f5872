import { Type } from 'typebox'
import type { Locale, Text } from '../../core/i18n.ts'
import type { Party } from './file.ts'

const note = (zh: string, en: string, hint: Text, widget: string) =>
  ({ title: { zh, en }, hint, widget }) as unknown as { title: string }

/** How a reporter may be reached; all of it optional, since a fault can be reported by anyone. */
export const contactFields = {
  name: Type.Optional(
    Type.String({
      maxLength: 60,
      ...note('稱呼', 'Your name', { zh: '可不填。', en: 'You may leave it out.' }, 'text'),
    }),
  ),
  phone: Type.Optional(
    Type.String({
      maxLength: 30,
      pattern: '^[0-9+()#\\-\\s]{6,30}$',
      problem: {
        zh: '電話只用數字與 + - ( ) #,例如 07-1234567。',
        en: 'Write the number with digits and + - ( ) #, like 07-1234567.',
      },
      ...note('電話', 'Telephone', { zh: '需要補問時才會用到。', en: 'Only to ask back.' }, 'tel'),
    }),
  ),
  email: Type.Optional(
    Type.String({
      maxLength: 200,
      format: 'email',
      ...note(
        '電子郵件',
        'E-mail',
        { zh: '每一步進度都會通知您。', en: 'We tell you of every step.' },
        'email',
      ),
    }),
  ),
}

type Contact = { name?: string | undefined; phone?: string | undefined; email?: string | undefined }

/** The reporter of a case, or null when nothing was given. */
export function partyOf({ name, phone, email }: Contact, locale: Locale): Party | null {
  if (!name && !phone && !email) return null
  return {
    role: 'reporter',
    name: name ?? null,
    phone: phone ?? null,
    email: email ?? null,
    locale,
  }
}
