import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { clockTime, rocDate } from '../../core/format.ts'
import type { Locale, Text } from '../../core/i18n.ts'
import { followCode } from '../../core/number.ts'
import { type Letter, notify } from '../messages/messages.ts'
import type { Booking } from './booking.ts'
import type { Service } from './service.ts'

/** Sends a letter to the e-mail address of a booking; none where there is no address. */
export async function send(
  ctx: Ctx,
  to: Pick<Booking, 'id' | 'email' | 'locale'>,
  letter: Letter,
  link: string,
): Promise<void> {
  if (!to.email) return
  const recipient = { channel: 'email', address: to.email, locale: to.locale } as const
  await notify(ctx, recipient, letter, { record: to.id, link })
}

/** Where and when, as one line for each language. */
async function whereAndWhen(ctx: Ctx, at: Pick<Booking, 'venue' | 'starts_at'>): Promise<Text> {
  type Found = { zh: string; en: string; az: string; ae: string }
  const venue = await one(
    ctx.db,
    sql<Found>`select name_zh as zh, name_en as en, address_zh as az, address_en as ae
      from bookings.venue where id = ${at.venue}`,
  )
  const when = (locale: Locale) => `${rocDate(at.starts_at, locale)} ${clockTime(at.starts_at)}`
  return {
    zh: `時間：${when('zh')}\n地點：${venue.zh}（${venue.az}）`,
    en: `When: ${when('en')}\nWhere: ${venue.en}, ${venue.ae}`,
  }
}

/** How the holder opens the booking: number, code and address. */
function key(ctx: Ctx, service: Service, no: string): Text {
  const code = followCode(ctx.config.secret, no)
  const url = (prefix: string) => `${ctx.config.origin}${prefix}${service.path}/find?number=${no}`
  return {
    zh: `預約號碼：${no}\n查詢碼：${code}\n查詢、改期或取消：${url('')}`,
    en: `Number: ${no}\nCode: ${code}\nFind, move or cancel it: ${url('/en')}`,
  }
}

type Of = Pick<Booking, 'no' | 'venue' | 'starts_at'>

const compose = async (
  ctx: Ctx,
  service: Service,
  of: Of,
  words: { subject: Text; first: Text; last?: Text },
): Promise<Letter> => {
  const place = await whereAndWhen(ctx, of)
  const opens = key(ctx, service, of.no)
  const { subject, first, last = { zh: '', en: '' } } = words
  const body = (locale: Locale) =>
    [first[locale], place[locale], opens[locale], last[locale]].filter(Boolean).join('\n\n')
  const title = (locale: Locale) =>
    locale === 'zh' ? `${service.title.zh}：${subject.zh}` : `${service.title.en}: ${subject.en}`
  return {
    subject: { zh: title('zh'), en: title('en') },
    body: { zh: body('zh'), en: body('en') },
  }
}

const cannotCome: Text = {
  zh: '不能來時請先取消，讓等候的人遞補。',
  en: 'If you cannot come, please cancel, so that somebody who waits can have the time.',
}

/** Says that a place is booked, or moved. */
export const bookedLetter = (ctx: Ctx, service: Service, of: Of): Promise<Letter> =>
  compose(ctx, service, of, {
    subject: { zh: '預約完成', en: 'you have a booking' },
    first: { zh: '您的預約已完成。', en: 'Your booking is made.' },
    last: cannotCome,
  })

/** Says that a booking is cancelled; `reason` when the city did it. */
export const cancelledLetter = (
  ctx: Ctx,
  service: Service,
  of: Of,
  reason?: Text,
): Promise<Letter> =>
  compose(ctx, service, of, {
    subject: { zh: '預約已取消', en: 'your booking is cancelled' },
    first: reason
      ? {
          zh: `很抱歉，您的預約必須取消。原因：${reason.zh}`,
          en: `We are sorry: your booking had to be cancelled. Reason: ${reason.en}`,
        }
      : { zh: '您的預約已取消。', en: 'Your booking is cancelled.' },
    ...(reason && { last: { zh: '歡迎重新預約。', en: 'You are welcome to book again.' } }),
  })

/** The day before: when and where. */
export const reminderLetter = (ctx: Ctx, service: Service, of: Of): Promise<Letter> =>
  compose(ctx, service, of, {
    subject: { zh: '明天的預約', en: 'your booking is tomorrow' },
    first: { zh: '提醒您明天的預約。', en: 'This is to remind you of tomorrow.' },
    last: cannotCome,
  })

/** Offers a freed place to who waited, until an hour of the clock. */
export const offerLetter = (ctx: Ctx, service: Service, of: Of, until: Date): Promise<Letter> =>
  compose(ctx, service, of, {
    subject: { zh: '有空位，請確認', en: 'a place is free for you' },
    first: {
      zh: `您候補的日期有空位，為您保留到 ${rocDate(until, 'zh')} ${clockTime(until)}。`,
      en: `A place is free. We keep it for you until ${rocDate(until, 'en')} ${clockTime(until)}.`,
    },
    last: {
      zh: '請開啟上面的網址，輸入預約號碼與查詢碼確認；逾時由下一位遞補。',
      en: 'Open the address and confirm with number and code; then it goes to the next person.',
    },
  })
