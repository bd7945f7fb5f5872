import { Type } from 'typebox'
import type { Text } from '../../core/i18n.ts'
import { operation } from '../../core/operation.ts'
import { cancelBooking, holdSeat } from './book.ts'
import { annul, arrive, miss } from './desk.ts'
import type { Person } from './people.ts'
import { changeDuty } from './rota.ts'
import type { Service } from './service.ts'
import { joinWaiting, leaveWaiting } from './waiting.ts'

const question = (zh: string, en: string, widget: string, hint?: Text, autocomplete?: string) =>
  ({ title: { zh, en }, widget, ...(hint && { hint }), ...(autocomplete && { autocomplete }) }) as {
    title: unknown
  } as { title: string }

/** What is asked of whoever books; a form is drawn from it. */
export const personFields = {
  name: Type.String({
    minLength: 1,
    maxLength: 60,
    ...question('姓名', 'Your name', 'text', undefined, 'name'),
  }),
  phone: Type.String({
    maxLength: 30,
    pattern: '^[0-9+()#\\-\\s]{6,30}$',
    problem: {
      zh: '電話只用數字與 + - ( ) #，例如 0900-000-000。',
      en: 'Write the number with digits and + - ( ) #, like 0900-000-000.',
    },
    ...question(
      '電話',
      'Telephone',
      'tel',
      { zh: '時間有變動時聯絡您。', en: 'To reach you if the time changes.' },
      'tel',
    ),
  }),
  email: Type.Optional(
    Type.String({
      maxLength: 200,
      format: 'email',
      ...question(
        '電子郵件',
        'E-mail',
        'email',
        {
          zh: '寄預約號碼給您，前一天提醒。',
          en: 'For your number, and a reminder the day before.',
        },
        'email',
      ),
    }),
  ),
  idNumber: Type.Optional(
    Type.String({
      maxLength: 20,
      ...question('身分證或居留證號碼', 'ID or resident permit number', 'text', {
        zh: '只換算成無法還原的代碼來核對次數，不保存號碼。',
        en: 'Turned into a code that cannot be turned back; the number is not kept.',
      }),
    }),
  ),
}

const number = { no: Type.String({ minLength: 4, maxLength: 30 }) }

/** The person of an input that has `personFields`. */
export const personOf = ({ name, phone, email, idNumber }: Person): Person => ({
  name,
  phone,
  email,
  idNumber,
})

/**
 * The operations that are the same for every service; permissions are `<service>.desk` and
 * `<service>.rota`. A system adds those in which its own details are written.
 */
export const bookingOperations = (service: Service) => {
  const own = `${service.name}.`
  return {
    hold: operation({
      name: `${own}hold`,
      title: { zh: '保留時段', en: 'Hold a time' },
      permission: 'public',
      input: Type.Object({ slot: Type.Integer({ minimum: 1 }) }),
      run: (ctx, { slot }) => holdSeat(ctx, service, slot),
    }),
    cancel: operation({
      name: `${own}cancel`,
      title: { zh: '取消預約', en: 'Cancel a booking' },
      permission: 'public',
      input: Type.Object(number),
      run: async (ctx, { no }) => void (await cancelBooking(ctx, service, no)),
    }),
    join: operation({
      name: `${own}join`,
      title: { zh: '登記候補', en: 'Join the waiting list' },
      permission: 'public',
      input: Type.Object({
        venue: Type.String({ maxLength: 60 }),
        date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
        ...personFields,
      }),
      run: (ctx, { venue, date, ...person }) =>
        joinWaiting(ctx, service, { venue, date, person: personOf(person) }),
    }),
    leave: operation({
      name: `${own}leave`,
      title: { zh: '退出候補', en: 'Leave the waiting list' },
      permission: 'public',
      input: Type.Object(number),
      run: (ctx, { no }) => leaveWaiting(ctx, service, no),
    }),
    ...deskOperations(service),
  }
}

const deskOperations = (service: Service) => {
  const own = `${service.name}.`
  const onBooking = (verb: string, title: Text, run: typeof arrive) =>
    operation({
      name: own + verb,
      title,
      permission: `${own}desk`,
      input: Type.Object(number),
      run: (ctx, { no }) => run(ctx, service, no),
    })
  return {
    arrive: onBooking('arrive', { zh: '報到', en: 'Check in' }, arrive),
    miss: onBooking('miss', { zh: '未到', en: 'No-show' }, miss),
    cancelFor: onBooking(
      'cancel-for',
      { zh: '代為取消', en: 'Cancel for the caller' },
      async (...given) => void (await cancelBooking(...given)),
    ),
    annul: operation({
      name: `${own}annul`,
      title: { zh: '撤銷誤登', en: 'Annul a mistaken entry' },
      permission: `${own}desk`,
      input: Type.Object({
        ...number,
        reason: Type.String({ minLength: 4, maxLength: 500 }),
      }),
      run: (ctx, input) => annul(ctx, service, input),
    }),
    changeDuty: operation({
      name: `${own}change-duty`,
      title: { zh: '調整班表', en: 'Change the rota' },
      permission: `${own}rota`,
      input: Type.Object({
        session: Type.String({ maxLength: 100 }),
        date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
        seat: Type.Integer({ minimum: 1, maximum: 999 }),
        provider: Type.Optional(
          Type.String({ maxLength: 40, description: 'absent: nobody can serve' }),
        ),
      }),
      run: (ctx, { provider, ...at }) =>
        changeDuty(ctx, service, { ...at, provider: provider ?? null }),
    }),
  }
}
