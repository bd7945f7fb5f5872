import { type TSchema, Type } from 'typebox'
import type { Operation } from '../../core/operation.ts'
import { personFields } from '../../kernel/bookings/operations.ts'
import { bookingPages } from '../../kernel/bookings/pages/citizen.ts'
import type { BookingKit } from '../../kernel/bookings/pages/kit.ts'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Page, Visit } from '../../web/pages.ts'
import { legalAidPack, legalAidService } from './legal-aid.ts'
import { book, common, move } from './operations.ts'

/** What a citizen is asked: who comes, about what, and against whom; the story stays with them. */
export const questions = (visit: Visit): ObjectSchema => {
  const person = Type.Object(personFields) as unknown as ObjectSchema
  return {
    properties: {
      ...person.properties,
      topic: {
        type: 'string',
        title: { zh: '哪一類的問題', en: 'What kind of matter' },
        widget: 'select',
        options: legalAidPack(visit.platform.city).topics.map(({ code, name }) => ({
          value: code,
          label: name,
        })),
      },
      opponent: {
        type: 'string',
        maxLength: 60,
        title: { zh: '對方的姓名或公司名', en: 'The other side: a person or a company' },
        hint: {
          zh: '只換算成無法還原的代碼，用來避免雙方遇到同一位律師。',
          en: 'Turned into a code, only so that both sides do not meet the same lawyer.',
        },
        widget: 'text',
      },
    },
    ...(person.required && { required: person.required }),
  }
}

const kit: BookingKit = {
  service: legalAidService,
  common,
  book: book as Operation<TSchema, { no: string }>,
  move: move as Operation<TSchema, { no: string }>,
  questions,
  lead: {
    zh: '律師面對面免費諮詢，每次 20 分鐘。選地點、日期和時間，兩分鐘就能約好。',
    en: 'Free advice from a lawyer, face to face, 20 minutes. Booking takes two minutes.',
  },
  bring: {
    zh: '請提早五分鐘到服務台報到，帶身分證件和相關文件，並先想好要問的問題。',
    en: 'Check in five minutes early; bring your ID, the papers, and your questions.',
  },
}

/** The pages of legal advice. */
export const legalAidPages: readonly Page[] = bookingPages(kit)
